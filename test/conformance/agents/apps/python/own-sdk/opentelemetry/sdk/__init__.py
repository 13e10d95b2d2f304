# Stands for the OpenTelemetry SDK of an application.
