{{- define "remold.name" -}}
{{- if contains "remold" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-remold" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "remold.selector" -}}
app.kubernetes.io/name: remold
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end }}

{{- define "remold.labels" -}}
{{ include "remold.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "remold.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "remold.name" .) }}
{{- end }}

{{- define "remold.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* NAME=VALUE,NAME=VALUE, as OpenTelemetry reads it. */}}
{{- define "remold.attributes" -}}
{{- $pairs := list -}}
{{- range $name, $value := . }}{{ $pairs = append $pairs (printf "%s=%s" $name $value) }}{{ end -}}
{{- join "," $pairs -}}
{{- end }}

{{/* Where an admission policy holds: where the controller is at work, for elsewhere there may be another one. */}}
{{- define "remold.watched" -}}
{{- with .Values.watchNamespaces -}}
matchResources:
  namespaceSelector:
    matchExpressions:
      - key: kubernetes.io/metadata.name
        operator: In
        values: {{- toYaml . | nindent 10 }}
{{- end -}}
{{- end }}

{{/* What the controller may do in a namespace that it looks after. It may not read a Secret. */}}
{{- define "remold.rules" -}}
- apiGroups: [remold.dev]
  resources: [redistargets, redisschemas, redismigrations, redismigrationruns, redisbackups]
  verbs: [get, list, watch]
- apiGroups: [remold.dev]
  resources: [redismigrations, redismigrationruns, redisbackups]
  verbs: [patch]
- apiGroups: [remold.dev]
  resources: [redismigrationruns, redisbackups]
  verbs: [create, delete]
- apiGroups: [remold.dev]
  resources:
    - redistargets/status
    - redisschemas/status
    - redismigrations/status
    - redismigrationruns/status
    - redisbackups/status
  verbs: [get, patch]
- apiGroups: [remold.dev]
  resources: [redistargets/finalizers, redisschemas/finalizers, redismigrations/finalizers, redismigrationruns/finalizers, redisbackups/finalizers]
  verbs: [update]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, create, delete]
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [get, create, patch]
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, create]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, create, patch]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, create, patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [redis.redis.opstreelabs.in, valkey.io, app.redislabs.com, databases.spotahome.com]
  resources: ["*"]
  verbs: [get]
{{- if .Values.rbac.workloads }}
- apiGroups: [apps]
  resources: [deployments, statefulsets]
  verbs: [get, patch]
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [get, patch]
{{- end }}
{{- if .Values.rbac.volumeSnapshots }}
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [get, list, watch, create, delete]
{{- end }}
{{- if .Values.rbac.veleroNamespace }}
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [list]
{{- end }}
{{- end }}
