/// Why a function of a template failed.
struct TemplateFailure: Error, CustomStringConvertible {
  /// In the words of the Go function.
  var message: String

  init(_ message: String) { self.message = message }

  var description: String { message }
}

/// A function that templates can call: Go's built-in ones and those of Prometheus.
struct TemplateFunction: Sendable {
  /// What an argument must be.
  enum Parameter: String, Sendable {
    /// Anything.
    case any = "interface {}"
    case string
    case integer = "int"
    case sample = "*template.sample"
    case samples = "template.queryResult"

    func accepts(_ value: TemplateValue) -> Bool {
      switch (self, value) {
      case (.any, _), (.string, .string), (.integer, .integer), (.sample, .sample),
        (.samples, .samples):
        true
      default: false
      }
    }
  }

  typealias Body =
    @Sendable ([TemplateValue], TemplateContext) throws(TemplateFailure) -> TemplateValue

  var name: String
  var parameters: [Parameter]
  /// The last parameter may come any number of times, or not at all.
  var isVariadic: Bool
  var body: Body

  init(_ name: String, _ parameters: [Parameter], isVariadic: Bool = false, body: @escaping Body) {
    self.name = name
    self.parameters = parameters
    self.isVariadic = isVariadic
    self.body = body
  }

  /// Names of all functions, sorted.
  static let names = table.keys.sorted()

  /// The function called `name`; nil when there is none.
  static func named(_ name: String) -> TemplateFunction? { table[name] }

  private static let table: [String: TemplateFunction] = {
    let all = builtins + comparisons + vectors + texts + numbers + times
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }()
}
