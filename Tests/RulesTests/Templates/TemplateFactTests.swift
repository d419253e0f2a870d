import Model
import Rules
import Testing

struct `Templates over facts` {
  let context = TemplateContext(
    facts: [
      ("Title", .text("down")), ("Count", .count(3)), ("Share", .number(0.5)),
      ("IsOpen", .flag(true)), ("Empty", .list([])),
      (
        "Steps",
        .list([
          .record([("Text", .text("roll back")), ("Commands", .list([.text("a"), .text("b")]))]),
          .record([("Text", .text("scale")), ("Commands", .list([]))]),
        ])
      ),
    ], time: Timestamp(milliseconds: 0))

  @Test(arguments: [
    ("{{ .Title | toUpper }} {{ .Count }} {{ .Share | humanizePercentage }}", "DOWN 3 50%"),
    ("{{ if .IsOpen }}open{{ end }}{{ if .Empty }}full{{ end }}", "open"),
    (
      "{{ range $i, $s := .Steps }}{{ $i }} {{ .Text }}{{ range .Commands }} {{ . }}{{ end }};{{ end }}",
      "0 roll back a b;1 scale;"
    ),
    ("{{ len .Steps }}{{ (index .Steps 1).Text }}{{ $.Title }}", "2scaledown"),
    ("{{ range slice .Steps 0 1 }}{{ .Text }}{{ end }}", "roll back"),
    ("{{ (index .Steps 0).Commands }}", "[a b]"),
  ])
  func `reach what the program knows`(text: String, want: String) throws {
    #expect(try Template(text, variables: .none).result(in: context) == want)
  }

  @Test func `a field that is not there is an error`() throws {
    let template = try Template("{{ .Titel }}", variables: .none)
    let error = #expect(throws: TemplateError.self) { try template.result(in: context) }
    #expect(error?.message.contains("can't evaluate field Titel") == true)
  }

  @Test func `variables of alerts are unknown`() {
    #expect(throws: TemplateError.self) { try Template("{{ $value }}", variables: .none) }
  }
}
