public import Model

/// A page that somebody opens; the program renders it.
public enum PageRequest: Sendable, Hashable {
  /// What is wrong now, and what was lately.
  case overview
  /// One incident, by its id or the beginning of it.
  case incident(String)
  /// Rules and their states.
  case rules
  /// An expression over the last `reach` ms; empty before anything was asked.
  case explore(expression: String, reach: Milliseconds)
  /// What people changed.
  case changes
  /// How the program does.
  case health
  /// In place of a page that is not there.
  case missing
}

/// What pages are made of beside their HTML.
public struct PageAssets: Sendable {
  /// The style sheet.
  public var style: String
  /// The script.
  public var script: String

  /// A style sheet and a script.
  public init(style: String, script: String) {
    self.style = style
    self.script = script
  }
}
