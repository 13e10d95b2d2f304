// Command app serves HTTP with Gin.
package main

import (
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
)

func main() {
	router := gin.Default()
	router.GET("/items/:id", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"id": c.Param("id")}) })
	router.POST("/echo", func(c *gin.Context) {
		body, _ := c.GetRawData()
		c.String(http.StatusCreated, string(body))
	})
	router.GET("/panic", func(*gin.Context) { panic("out of order") })
	_ = router.Run(os.Args[1])
}
