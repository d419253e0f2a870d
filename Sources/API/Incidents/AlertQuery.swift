import Model

/// What somebody asks about the alerts that fire, by the parameters of Alertmanager's API v2.
public struct AlertQuery: Hashable, Sendable {
  /// The forms in which alerts are told.
  public enum Form: Hashable, Sendable {
    /// One after the other.
    case list
    /// By receiver and incident.
    case groups
  }

  /// How they are told.
  public var form: Form
  /// Only those that satisfy all of these matchers, each such as `team="db"`.
  public var matchers: [String] = []
  /// Only those of receivers whose whole name this regular expression fits; nil for all.
  public var receiver: String?
  /// With those that somebody is told of.
  public var showsActive = true
  /// With those that a silence covers.
  public var showsSilenced = true
  /// With those that a graver incident explains.
  public var showsInhibited = true

  /// All alerts in a form.
  public init(_ form: Form) {
    self.form = form
  }

  init(_ form: Form, _ parameters: Parameters) throws(APIError) {
    self.init(form)
    matchers = parameters.all("filter")
    receiver = parameters["receiver"].flatMap { $0.isEmpty ? nil : $0 }
    showsActive = try parameters.flag("active") ?? true
    showsSilenced = try parameters.flag("silenced") ?? true
    showsInhibited = try parameters.flag("inhibited") ?? true
  }
}

extension Parameters {
  /// `true` or `false`; nil when it is left out.
  fileprivate func flag(_ name: String) throws(APIError) -> Bool? {
    guard let text = self[name], !text.isEmpty else { return nil }
    switch text.lowercased() {
    case "true", "1", "t": return true
    case "false", "0", "f": return false
    default: throw .badParameter(name, "expected true or false, found \(quoted(text))")
    }
  }
}
