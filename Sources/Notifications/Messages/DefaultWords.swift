import Rules

/// The program's own words, written to be understood by someone who was asleep a minute ago: what is
/// broken, since when, how bad and why, what to do first, and by when somebody must answer.
enum DefaultWords {
  /// The words of every stage.
  static let table: [Stage: MessageTemplates.Words] = {
    var table: [Stage: MessageTemplates.Words] = [:]
    for (stage, title, text) in texts {
      // A text that does not parse leaves its stage without words; the tests expand every one.
      guard let title = try? Template(title, variables: .none),
        let text = try? Template(parts + text, variables: .none)
      else { continue }
      table[stage] = MessageTemplates.Words(title: title, text: text)
    }
    return table
  }()

  /// Pieces that several stages share.
  private static let parts = """
    {{- define "why" }}{{ if .Factors }}

    Why it is {{ .Severity }}:
    {{- range .Factors }}
    - {{ .Because }}
    {{- end }}{{ end }}{{ end -}}
    {{- define "cause" }}{{ if .Suspects }}

    Probable cause:
    {{- range .Suspects }}
    {{ .Rank }}. {{ .What }}{{ if .Because }} ({{ .Because }}){{ end }}
    {{- end }}{{ end }}{{ end -}}
    {{- define "steps" }}{{ if .NextSteps }}

    Do next:
    {{- range $i, $step := .NextSteps }}
    - {{ $step.Kind }}: {{ $step.Text }}
    {{- range $step.Commands }}
        {{ . }}
    {{- end }}{{ end }}{{ end }}{{ end -}}
    {{- define "news" }}{{ if .News }}

    {{ range .News }}
    {{ .Clock }}  {{ .Text }}
    {{- end }}{{ end }}{{ end -}}
    {{- define "links" }}{{ if .Links }}

    {{ range .Links }}
    {{ .Name }}: {{ .URL }}
    {{- end }}{{ end }}{{ end -}}
    {{- define "since" }}Since {{ .Start }} ({{ .Duration }}){{ if .ServiceList }}, in {{ .ServiceList }}{{ end }}, {{ .AlertCount }} alert{{ if ne .AlertCount 1 }}s{{ end }}.{{ end -}}
    {{- define "answer" }}{{ if .IsAcknowledged }} {{ if .AcknowledgedBy }}{{ .AcknowledgedBy }} is{{ else }}Somebody is{{ end }} on it.{{ else if .IsOverdue }} Please answer now.{{ else if .RespondBy }} Please answer by {{ .RespondBy }}.{{ end }}{{ end -}}

    """

  private static let texts: [(Stage, title: String, text: String)] = [
    (
      .opened, "{{ .Severity | toUpper }}: {{ .Title }}",
      """
      {{ template "since" . }}{{ template "answer" . }}{{ template "why" . }}\
      {{ template "cause" . }}{{ template "steps" . }}{{ template "links" . }}
      """
    ),
    (
      .reopened, "{{ .Severity | toUpper }}, back again: {{ .Title }}",
      """
      The same trouble is back{{ if gt .Episodes 2 }}, for the {{ .Episodes }}. time{{ end }}. \
      {{ template "since" . }}{{ template "answer" . }}{{ template "why" . }}\
      {{ template "cause" . }}{{ template "steps" . }}{{ template "links" . }}
      """
    ),
    (
      .severity,
      "{{ .Severity | toUpper }}, {{ if .IsGraver }}up{{ else }}down{{ end }} from {{ .PreviousSeverity }}: {{ .Title }}",
      """
      {{ template "since" . }}{{ template "answer" . }}{{ template "why" . }}\
      {{ if .IsGraver }}{{ template "cause" . }}{{ template "steps" . }}{{ end }}\
      {{ template "links" . }}
      """
    ),
    (
      .escalated, "{{ .Severity | toUpper }}, ESCALATED: {{ .Title }}",
      """
      {{ if eq .Severity "critical" }}Critical: everyone is called\
      {{ else }}Nobody has answered{{ if .RespondBy }} by {{ .RespondBy }}{{ end }}{{ end }}. \
      {{ template "since" . }}{{ template "why" . }}{{ template "cause" . }}\
      {{ template "steps" . }}{{ template "links" . }}
      """
    ),
    (
      .acknowledged,
      "{{ if .AcknowledgedBy }}{{ .AcknowledgedBy }} is{{ else }}Somebody is{{ end }} on it: {{ .Title }}",
      """
      {{ .Severity | toUpper }}. {{ template "since" . }}{{ template "links" . }}
      """
    ),
    (
      .updated, "{{ .Severity | toUpper }}, news: {{ .Title }}",
      """
      {{ template "since" . }}{{ template "answer" . }}{{ template "news" . }}\
      {{ template "links" . }}
      """
    ),
    (
      .reminder, "{{ .Severity | toUpper }}, still open: {{ .Title }}",
      """
      Nobody has taken it yet. {{ template "since" . }}{{ template "answer" . }}\
      {{ template "why" . }}{{ template "steps" . }}{{ template "links" . }}
      """
    ),
    (
      .briefing, "How it stands: {{ .Title }}",
      """
      Severity {{ .Severity }}. {{ template "since" . }}
      {{ if eq .State "monitoring" }}No alert fires any more; the recovery is being watched.\
      {{ else if .IsAcknowledged }}{{ if .AcknowledgedBy }}{{ .AcknowledgedBy }} is\
      {{ else }}Somebody is{{ end }} working on it.{{ else }}Nobody has taken it yet.{{ end }}\
      {{ if .Factors }}

      {{ range slice .Factors 0 1 }}{{ .Because }}{{ end }}{{ end }}{{ template "news" . }}\
      {{ template "links" . }}
      """
    ),
    (
      .merged, "Part of another incident: {{ .Title }}",
      """
      It is the same trouble as incident {{ .MergedInto }}, which goes on; nothing more comes under \
      this one.{{ template "links" . }}
      """
    ),
    (
      .resolved,
      "{{ if eq .Ending \"vanished\" }}DATA GONE{{ else }}Resolved{{ end }}: {{ .Title }}",
      """
      {{ if eq .Ending "verified" }}Over and verified: every metric is back in its normal range.\
      {{ else if eq .Ending "vanished" }}It ended because its data stopped. That is no recovery: \
      please look.{{ else }}No alert fires any more; nothing could be read to verify it.{{ end }}
      From {{ .Start }} to {{ .End }}, {{ .Duration }}{{ if .ServiceList }}, in {{ .ServiceList }}\
      {{ end }}; at worst {{ .PeakSeverity }}.{{ template "links" . }}
      """
    ),
  ]
}
