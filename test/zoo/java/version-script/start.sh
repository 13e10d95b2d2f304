#!/bin/sh
# As the scripts of many servers do it.
version=$(java -version 2>&1 | awk -F '"' '/ version "/ {print $2}')
major=${version%%.*}
if [ -z "$major" ] || [ "$major" -lt 11 ]; then
  echo "Java 11 is required, found: $version" >&2
  exit 1
fi
echo "Java $version"
bits=$(java -XshowSettings:properties -version 2>&1 | grep -c 'sun.arch.data.model = 64')
echo "64 bits: $bits"
java -Xmx64m -Xlog:gc -version >/dev/null 2>&1 && JAVA_OPTS="-Xmx128m"
exec java $JAVA_OPTS -cp classes Server "$@"
