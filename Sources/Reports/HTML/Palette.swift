/// The colours of a page, light and dark; text keeps a contrast of 4.5 to 1 (WCAG 2.2, AA).
struct Palette {
  /// Name of the custom property, without the dashes.
  let name: String
  /// On a light page.
  let light: String
  /// On a dark page.
  let dark: String
  /// The property that it is written on, when it is a colour of text; nil for lines and areas.
  var on: String?

  static let all = [
    Palette(name: "page", light: "#fbfaf7", dark: "#15171b"),
    Palette(name: "card", light: "#ffffff", dark: "#1c1f25"),
    Palette(name: "rule", light: "#e3e0d8", dark: "#31353d"),
    Palette(name: "ink", light: "#1e2126", dark: "#e7e8ea", on: "card"),
    Palette(name: "soft", light: "#5a5f68", dark: "#a6abb5", on: "page"),
    Palette(name: "link", light: "#1f5f99", dark: "#86bdf0", on: "card"),
    Palette(name: "code", light: "#f3f1eb", dark: "#262a31"),
    Palette(name: "code-ink", light: "#2a2d33", dark: "#dfe1e5", on: "code"),
    Palette(name: "badge-ink", light: "#ffffff", dark: "#15171b", on: "critical"),
    Palette(name: "critical", light: "#b0182f", dark: "#ff8f9a", on: "card"),
    Palette(name: "high", light: "#ad4507", dark: "#ffad75", on: "card"),
    Palette(name: "medium", light: "#806000", dark: "#edc964", on: "card"),
    Palette(name: "low", light: "#2b6a7c", dark: "#84c8da", on: "card"),
    Palette(name: "good", light: "#22703f", dark: "#85d3a0", on: "card"),
    Palette(name: "line", light: "#1f5f99", dark: "#86bdf0", on: "card"),
    Palette(name: "band", light: "#cfdfee", dark: "#27405a"),
    Palette(name: "expected", light: "#7890a8", dark: "#7f98b2"),
    Palette(name: "threshold", light: "#ad4507", dark: "#ffad75", on: "card"),
    Palette(name: "alert", light: "#f9dfe2", dark: "#43252b"),
    Palette(name: "change", light: "#6b4fa0", dark: "#c3acf2", on: "card"),
  ]

  static var lightVariables: String {
    all.map { "--\($0.name):\($0.light)" }.joined(separator: ";")
  }
  static var darkVariables: String { all.map { "--\($0.name):\($0.dark)" }.joined(separator: ";") }
}
