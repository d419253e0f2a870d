/// Finds out what a template's result depends on.
enum TemplateDependencies {
  /// Functions whose result is not decided by their arguments.
  private static let impure: Set<String> = ["query", "now"]

  /// True when only `$labels`, `.Labels`, what is external and constants enter.
  ///
  /// Any other use of a variable or of `.` counts as a use of the value: false is always safe.
  static func areLabelsAlone(_ result: TemplateParser.Result) -> Bool {
    result.definitions.isEmpty && result.root.allSatisfy(isPure)
  }

  private static func isPure(_ node: TemplateNode) -> Bool {
    switch node {
    case .text, .stop, .skip: true
    case .action(let pipeline): isPure(pipeline)
    case .branch(_, let pipeline, let then, let otherwise),
      .range(let pipeline, let then, let otherwise):
      isPure(pipeline) && then.allSatisfy(isPure) && otherwise.allSatisfy(isPure)
    case .template: false
    }
  }

  private static func isPure(_ pipeline: TemplatePipeline) -> Bool {
    pipeline.commands.allSatisfy { $0.operands.allSatisfy(isPure) }
  }

  private static func isPure(_ operand: TemplateOperand) -> Bool {
    switch operand.kind {
    case .boolean, .integer, .number, .string, .null: true
    case .dot: false
    case .field(let path): isPureField(path)
    case .variable("$", let fields): isPureField(fields)
    case .variable(let name, _):
      // Variables of the template's own get their values from pipelines that are looked at, too.
      !["$value", "$threshold", "$level", "$expected", "$lower", "$upper", "$score"].contains(name)
    case .function(let name): !impure.contains(name)
    case .pipeline(let pipeline): isPure(pipeline)
    case .chain(let inner, _): isPure(inner)
    }
  }

  private static func isPureField(_ path: [String]) -> Bool {
    ["Labels", "ExternalLabels", "ExternalURL"].contains(path.first)
  }
}
