import Model
import Rules

func readRules(_ text: String) {
  let (file, diagnostics) = RuleFile.read(text, path: "fuzz.yml")
  precondition(
    file != nil || diagnostics.contains { $0.level == .error }, "refused without a reason")
  for diagnostic in diagnostics { _ = diagnostic.description }
}

func readUnitTests(_ text: String) {
  let (file, diagnostics) = UnitTestFile.read(text, path: "fuzz.yml")
  precondition(
    file != nil || diagnostics.contains { $0.level == .error }, "refused without a reason")
  for diagnostic in diagnostics { _ = diagnostic.description }
}

/// A template that is accepted expands, or says why not.
func readTemplate(_ text: String) {
  for variables in [Template.Variables.prometheus, .threshold, .baseline] {
    guard let template = try? Template(text, variables: variables) else { continue }
    var context = TemplateContext(
      labels: ["__name__": "up", "job": "api", "instance": "web-1.example.com:9100"], value: 0.5,
      externalLabels: ["region": "eu"], externalURL: "http://127.0.0.1:9090")
    context.query = { _ in
      [
        TemplateSample(labels: ["job": "api"], value: 3),
        TemplateSample(labels: ["job": "db"], value: -.infinity),
      ]
    }
    precondition(
      template.expand(in: context).utf8.count <= TemplateLimits.outputBytesMax + 1024,
      "more output than the limit")
  }
}
