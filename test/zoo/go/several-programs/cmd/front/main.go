// Command front asks the other program of its container.
package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/items", func(w http.ResponseWriter, r *http.Request) {
		response, err := http.Get("http://" + os.Args[2] + "/stock")
		if err != nil {
			http.Error(w, "no stock", http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		_, _ = io.Copy(w, response.Body)
	})
	_ = http.ListenAndServe(os.Args[1], nil)
}
