// Command app asks a database through database/sql, by a driver in C.
package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		panic(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)"); err != nil {
		panic(err)
	}
	http.HandleFunc("/add", func(w http.ResponseWriter, r *http.Request) {
		result, err := db.ExecContext(r.Context(), "INSERT INTO items (name) VALUES (?)", r.URL.Query().Get("name"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		id, _ := result.LastInsertId()
		fmt.Fprintln(w, id)
	})
	http.HandleFunc("/find", func(w http.ResponseWriter, r *http.Request) {
		rows, err := db.QueryContext(r.Context(), "SELECT id, name FROM items WHERE name LIKE ?", r.URL.Query().Get("name"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var id int
			var name string
			if err := rows.Scan(&id, &name); err != nil {
				panic(err)
			}
			fmt.Fprintln(w, id, name)
		}
	})
	http.HandleFunc("/broken", func(w http.ResponseWriter, r *http.Request) {
		_, err := db.QueryContext(r.Context(), "SELECT missing FROM items")
		fmt.Fprintln(w, err)
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], nil))
}
