// Command app serves HTTP with Fiber, which is built on fasthttp.
package main

import (
	"os"

	"github.com/gofiber/fiber/v2"
)

func main() {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/items/:id", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"id": c.Params("id")}) })
	app.Post("/echo", func(c *fiber.Ctx) error { return c.Status(fiber.StatusCreated).Send(c.Body()) })
	_ = app.Listen(os.Args[1])
}
