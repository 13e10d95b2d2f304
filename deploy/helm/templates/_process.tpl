{{- define "odigos.image" -}}
{{ required "image.registry is required: set it to the registry of the images, see values.yaml" .root.Values.image.registry }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- /* Environment of the processes that name the agents' images; empty values count as absent. */ -}}
{{- define "odigos.imageEnv" -}}
{{- /* Values that an older chart left, with --reuse-values, lack them. */ -}}
{{- $agents := .Values.agents | default dict -}}
{{- $images := $agents.images | default dict -}}
IMAGE_REGISTRY: {{ .Values.image.registry | quote }}
IMAGE_TAG: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
IMAGE_PULL_POLICY: {{ .Values.image.pullPolicy | quote }}
AGENT_IMAGE_REGISTRY: {{ $images.registry | default "" | quote }}
AGENT_IMAGE_TAG: {{ $images.tag | default "" | quote }}
AGENT_IMAGES: {{ $images.references | default dict | toJson | quote }}
AGENT_PULL_SECRETS: {{ join "," ($agents.pullSecrets | default list) | quote }}
{{- end }}

{{- define "odigos.labels" -}}
app.kubernetes.io/name: odigos
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
odigos.io/component: {{ .name }}
{{- end }}

{{- define "odigos.selector" -}}
app.kubernetes.io/name: odigos
odigos.io/component: {{ .name }}
{{- end }}

{{- /*
ServiceAccount and Deployment of a process. Parameters: root, name, image (default: control-plane), args, replicas,
resources, env, ports, readiness, liveness, mounts, volumes.
*/ -}}
{{- define "odigos.process" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: odigos-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "odigos.labels" . | nindent 4 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: odigos-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "odigos.labels" . | nindent 4 }}
spec:
  replicas: {{ .replicas | default 1 }}
  revisionHistoryLimit: 3
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels: {{- include "odigos.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "odigos.labels" . | nindent 8 }}
    spec:
      serviceAccountName: odigos-{{ .name }}
      # Longer than the maximum duration of a shutdown (SHUTDOWN_LIMIT_MS).
      terminationGracePeriodSeconds: 30
      {{- with .root.Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with .root.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if gt (int (.replicas | default 1)) 1 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "odigos.selector" . | nindent 14 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: {{ .name }}
          image: {{ include "odigos.image" (dict "root" .root "name" (.image | default "control-plane")) }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          args: {{ toJson .args }}
          env:
            - name: NAMESPACE
              valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
            - name: POD_NAME
              valueFrom: { fieldRef: { fieldPath: metadata.name } }
            {{- if eq .name "ui" }}
            - name: POD_UID
              valueFrom: { fieldRef: { fieldPath: metadata.uid } }
            {{- end }}
            - { name: LOG_LEVEL, value: {{ .root.Values.logLevel | quote }} }
            {{- range $name, $value := .env }}
            - { name: {{ $name }}, value: {{ $value | quote }} }
            {{- end }}
          ports: {{- toYaml .ports | nindent 12 }}
          readinessProbe: {{- toYaml .readiness | nindent 12 }}
          livenessProbe: {{- toYaml .liveness | nindent 12 }}
          resources: {{- toYaml .resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          {{- with .mounts }}
          volumeMounts: {{- toYaml . | nindent 12 }}
          {{- end }}
      {{- with .volumes }}
      volumes: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}

{{- /* Arguments and probes that all control-plane processes share. */ -}}
{{- define "odigos.controlPlane" -}}
{{- $probe := dict "periodSeconds" 5 "timeoutSeconds" 2 -}}
{{- $defaults := dict
  "args" (list (printf "--max-old-space-size=%d" (int .heapMiB)) "--max-semi-space-size=4" (printf "/app/%s.js" .name))
  "readiness" (merge (dict "httpGet" (dict "path" "/readyz" "port" "metrics")) $probe)
  "liveness" (merge (dict "httpGet" (dict "path" "/healthz" "port" "metrics") "failureThreshold" 6) $probe)
  "ports" (list (dict "name" "metrics" "containerPort" 8080))
-}}
{{- include "odigos.process" (mergeOverwrite $defaults .) -}}
{{- end }}

{{- /* Service of a process from which others read, over HTTP, what it knows. */ -}}
{{- define "odigos.reports" -}}
apiVersion: v1
kind: Service
metadata:
  name: odigos-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "odigos.labels" . | nindent 4 }}
spec:
  selector: {{- include "odigos.selector" . | nindent 4 }}
  ports:
    - { name: http, port: 8080, targetPort: metrics }
{{- end }}

{{- /* Binds the Role or ClusterRole of a process to its ServiceAccount. */ -}}
{{- define "odigos.binding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  name: odigos-{{ .name }}
  {{- if eq .kind "Role" }}
  namespace: {{ .root.Release.Namespace }}
  {{- end }}
  labels: {{- include "odigos.labels" . | nindent 4 }}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: {{ .kind }}, name: odigos-{{ .name }} }
subjects:
  - { kind: ServiceAccount, name: odigos-{{ .name }}, namespace: {{ .root.Release.Namespace }} }
{{- end }}

{{- /* Rules of every process with leader election, in its namespace. */ -}}
{{- define "odigos.leaseRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update]
{{- end }}

{{- /* Kubernetes has policies since 1.30, and helm template knows them only with --api-versions. */ -}}
{{- define "odigos.hasPolicies" -}}
{{- if .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" }}true{{ end }}
{{- end }}

{{- /*
Whether pods are tried as dry runs. It requires what fences the permission to create pods. Values that an older chart left, with
--reuse-values, lack the entry.
*/ -}}
{{- define "odigos.dryRun" -}}
{{- if and (include "odigos.hasPolicies" .) (dig "dryRun" "enabled" true .Values.instrumentor) }}true{{ end }}
{{- end }}

{{- /* Whether writes of the UI and the instrumentor are fenced. */ -}}
{{- define "odigos.fence" -}}
{{- if and (include "odigos.hasPolicies" .) (dig "fence" "enabled" true .Values.AsMap) }}true{{ end }}
{{- end }}
