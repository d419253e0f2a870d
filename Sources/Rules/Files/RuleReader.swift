import Model
import PromQL
import Yams

/// Reads a rule file; every Prometheus rule file means the same here, and gets the same verdict.
///
/// Source: model/rulefmt of Prometheus 3.
struct RuleReader {
  var yaml: YAMLReader
  let options: ParserOptions

  /// Most groups and rules of one file.
  static let rulesMax = 100_000

  private static let groupKeys = [
    "name", "interval", "query_offset", "limit", "rules", "labels",
  ]
  static let ruleKeys = [
    "record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations", "threshold",
    "baseline",
  ]

  /// The groups of the document `root`; what is wrong stands in `yaml.diagnostics`.
  mutating func groups(_ root: Node?) -> [RuleGroup] {
    let top = yaml.fields(root, "a rule file", known: ["groups"])
    var names: [String: Node] = [:]
    var out: [RuleGroup] = []
    var count = 0
    for node in yaml.list(top["groups"], "groups") {
      let fields = yaml.fields(node, "a group", known: Self.groupKeys)
      let name = fields["name"].flatMap { yaml.text($0, "the name of a group") } ?? ""
      let place = fields["name"] ?? node
      if name.isEmpty {
        yaml.error("no-group-name", "the name of a group must not be empty", at: place)
      } else if let first = names[name] {
        yaml.error(
          "duplicate-group",
          "group \(quoted(name)) stands twice in this file, first in line \(yaml.place(first).line)",
          at: place)
      }
      names[name] = names[name] ?? place
      let labels = groupLabels(fields["labels"])
      let interval = yaml.duration(fields["interval"], "interval")
      let limit = yaml.integer(fields["limit"], "limit") ?? 0
      let offset = yaml.duration(fields["query_offset"], "query_offset")
      var rules: [Rule] = []
      for node in yaml.list(fields["rules"], "rules") {
        count += 1
        guard count <= Self.rulesMax else {
          yaml.error("too-many-rules", "more than \(Self.rulesMax) rules in one file", at: node)
          return out
        }
        if let rule = rule(node, groupLabels: labels) { rules.append(rule) }
      }
      // An interval of 0 stands for the default.
      out.append(
        RuleGroup(
          name: name, file: yaml.path, interval: interval.flatMap { $0 == 0 ? nil : $0 },
          limit: limit, queryOffset: offset, rules: rules, location: yaml.location(place)))
    }
    return out
  }

  // MARK: Labels

  /// Name and value of a mapping of texts, with the node of the value; sorted by name.
  private mutating func texts(
    _ node: Node?, _ what: String, isLabel: Bool
  ) -> [(name: String, value: Node)] {
    var out: [(name: String, value: Node)] = []
    for (key, value) in yaml.pairs(node, what) {
      guard let name = yaml.text(key, "a name in \(what)"),
        yaml.text(value, "\(what) \(name)") != nil
      else { continue }
      if name.isEmpty {
        yaml.error("bad-name", "a name in \(what) must not be empty", at: key)
      } else if isLabel, name == Labels.metricName {
        yaml.error(
          "bad-name", "label \(quoted(name)) cannot be set; the name of a series is its rule's",
          at: key)
      } else {
        out.append((name, value))
      }
    }
    return out.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private mutating func groupLabels(_ node: Node?) -> [(name: String, value: Node)] {
    texts(node, "the group's labels", isLabel: true)
  }

  private mutating func templates(
    _ texts: [(name: String, value: Node)], _ what: String, _ variables: Template.Variables,
    isStrict: Bool = true
  ) -> [LabelTemplate] {
    var out: [LabelTemplate] = []
    for (name, value) in texts {
      let source = yaml.source(value)
      let text = YAMLReader.isNull(value) ? "" : source.text
      do throws(TemplateError) {
        out.append(
          LabelTemplate(name: name, template: try Template(text, variables: variables)))
      } catch {
        yaml.report(
          source.diagnostic(
            isStrict ? .error : .warning, code: error.code.rawValue,
            "\(what) \(quoted(name)): \(error.message)", at: error.range))
        // Prometheus looks at the group's labels only when an alert fires.
        if !isStrict {
          let broken = "<error expanding template: error parsing template: \(error.message)>"
          out.append(LabelTemplate(name: name, template: Template(plain: broken)))
        }
      }
    }
    return out
  }

  // MARK: Rules

  private mutating func rule(
    _ node: Node, groupLabels: [(name: String, value: Node)]
  ) -> Rule? {
    let fields = yaml.fields(node, "a rule", known: Self.ruleKeys)
    let record = fields["record"].flatMap { yaml.text($0, "record") } ?? ""
    let alert = fields["alert"].flatMap { yaml.text($0, "alert") } ?? ""
    if !record.isEmpty, !alert.isEmpty {
      yaml.error(
        "record-and-alert", "only one of 'record' and 'alert' must be set",
        at: fields["record"] ?? node)
    } else if record.isEmpty, alert.isEmpty {
      yaml.error("no-rule-name", "one of 'record' or 'alert' must be set", at: node)
    }
    let hold = yaml.duration(fields["for"], "for") ?? 0
    let keep = yaml.duration(fields["keep_firing_for"], "keep_firing_for") ?? 0
    if !record.isEmpty { checkRecording(record, fields, hold: hold, keep: keep) }
    let body = body(node, fields, isRecording: alert.isEmpty)
    let labels = texts(fields["labels"], "labels", isLabel: true)
    let annotations = texts(fields["annotations"], "annotations", isLabel: false)
    let variables: Template.Variables =
      switch body?.kind {
      case .threshold: .threshold
      case .baseline: .baseline
      default: .prometheus
      }
    let isAlert = !alert.isEmpty
    let ownLabels = isAlert ? templates(labels, "label", variables) : []
    let texts = isAlert ? templates(annotations, "annotation", variables) : []
    guard var kind = body?.kind, let source = body?.source,
      let name = fields["alert"] ?? fields["record"]
    else { return nil }
    let inherited = groupLabels.filter { label in !labels.contains { $0.name == label.name } }
    if case .recording(let expression, _) = kind {
      let all = (inherited + labels).map { Label($0.name, $0.value.scalar?.string ?? "") }
      kind = .recording(expression, labels: Labels(all))
    }
    var rule = Rule(
      name: isAlert ? alert : record, kind: kind, source: source, location: yaml.location(name))
    guard isAlert else { return rule }
    rule.timing = AlertMachine.Timing(hold: hold, keepFiring: keep)
    rule.labels = (templates(inherited, "label", variables, isStrict: false) + ownLabels)
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    rule.annotations = texts
    return rule
  }

  private mutating func checkRecording(
    _ name: String, _ fields: [String: Node], hold: Milliseconds, keep: Milliseconds
  ) {
    func place(_ key: String) -> Node { fields[key] ?? fields["record"] ?? Node("") }
    let message = { (key: String) in "invalid field '\(key)' in recording rule" }
    if let node = fields["annotations"], case .mapping(let mapping) = node, mapping.count > 0 {
      yaml.error("record-field", message("annotations"), at: place("annotations"))
    }
    if hold != 0 { yaml.error("record-field", message("for"), at: place("for")) }
    if keep != 0 {
      yaml.error("record-field", message("keep_firing_for"), at: place("keep_firing_for"))
    }
    for key in ["threshold", "baseline"] where fields[key] != nil {
      yaml.error("record-field", message(key), at: place(key))
    }
    if name.contains("{") || name.contains("}") {
      yaml.error(
        "bad-record-name",
        "braces in the name \(quoted(name)); labels belong into 'labels', selectors into 'expr'",
        at: place("record"))
    }
  }

  /// What a rule evaluates.
  private mutating func body(
    _ node: Node, _ fields: [String: Node], isRecording: Bool
  ) -> (kind: Rule.Kind, source: SourceText)? {
    let present = ["expr", "threshold", "baseline"].filter { fields[$0] != nil }
    if present.count > 1, let second = fields[present[1]] {
      yaml.error(
        "two-conditions",
        "only one of 'expr', 'threshold' and 'baseline' must be set, found '\(present[0])', too",
        at: second)
      return nil
    }
    if let threshold = fields["threshold"] { return self.threshold(threshold) }
    if let baseline = fields["baseline"] { return self.baseline(baseline) }
    guard
      let (expression, source) = expression(
        fields["expr"], missing: "field 'expr' must be set in rule", at: node)
    else { return nil }
    return (isRecording ? .recording(expression, labels: .empty) : .alert(expression), source)
  }

  /// A PromQL expression; its errors get their places in the file.
  mutating func expression(
    _ node: Node?, missing: String, at parent: Node
  ) -> (Expression, SourceText)? {
    guard let node, !YAMLReader.isNull(node) else {
      yaml.error("no-expression", missing, at: node ?? parent)
      return nil
    }
    guard let text = yaml.text(node, "an expression") else { return nil }
    guard !text.isEmpty else {
      yaml.error("no-expression", missing, at: node)
      return nil
    }
    let source = yaml.source(node)
    do throws(ParseErrors) {
      return (try Expression(parsing: text, options: options), source)
    } catch {
      for problem in error.errors {
        yaml.report(
          source.diagnostic(
            .error, code: problem.code.rawValue,
            "could not parse expression: \(problem.message)", at: problem.range))
      }
      return nil
    }
  }
}
