// Command app serves HTTP with gorilla/mux.
package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"

	"github.com/gorilla/mux"
)

func main() {
	router := mux.NewRouter()
	router.HandleFunc("/items/{id:[0-9]+}", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(mux.Vars(r))
	}).Methods(http.MethodGet)
	router.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.Copy(w, r.Body)
	}).Methods(http.MethodPost)
	_ = http.ListenAndServe(os.Args[1], router)
}
