#!/bin/sh
# Tools of the JDK, as entry scripts call them before the server.
set -e
keytool -genkeypair -alias zoo -keyalg EC -dname CN=zoo -keystore "$1/keys" -storepass changeit
keytool -list -keystore "$1/keys" -storepass changeit | grep -c zoo
rm "$1/keys"
java --list-modules | grep java.base
jar --list --file "$1/app.jar"
javac -version
exit 5
