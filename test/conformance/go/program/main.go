// Command pricing answers requests, in as many builds as the test has.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/price", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "42") })
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Getenv("LISTEN"), nil))
	os.Exit(1)
}
