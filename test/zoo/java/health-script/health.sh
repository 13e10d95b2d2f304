#!/bin/sh
# As images have them: a JVM of its own asks the server.
exec java -cp classes Health "$1"
