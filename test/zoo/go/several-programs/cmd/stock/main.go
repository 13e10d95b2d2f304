// Command stock answers the other program of its container.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/stock", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "42") })
	_ = http.ListenAndServe(os.Args[1], nil)
}
