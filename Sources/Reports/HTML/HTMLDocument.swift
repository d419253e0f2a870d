/// A whole page around a body: style inside, nothing fetched, no script.
///
/// Follows the reader's light or dark setting. The page forbids itself to load or run anything.
enum HTMLDocument {
  static func html(title: String, body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta http-equiv="Content-Security-Policy" \
    content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
    <meta name="referrer" content="no-referrer">
    <title>\(Escaping.html(title))</title>
    <style>
    \(StyleSheet.text)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  /// A heading of level one with a line above and a paragraph below it.
  static func head(_ eyebrow: String, _ title: String, _ lead: String) -> String {
    """
    <header>
    <section>
    <p class="eyebrow"><span>\(Escaping.html(eyebrow))</span></p>
    <h1>\(Escaping.html(title))</h1>
    <p class="lead">\(Escaping.prose(lead))</p>
    </section>
    </header>

    """
  }

  /// A table; cells are HTML, and on a narrow page carry their column's name.
  static func table(_ columns: [String], _ rows: [[String]], numbers: Set<Int> = []) -> String {
    let heads = columns.enumerated().map { index, name in
      "<th\(numbers.contains(index) ? " class=\"number\"" : "")>\(Escaping.html(name))</th>"
    }
    let lines = rows.map { row in
      "<tr>"
        + row.enumerated().map { index, cell in
          let kind = numbers.contains(index) ? " class=\"number\"" : ""
          let name = columns.indices.contains(index) ? Escaping.html(columns[index]) : ""
          return "<td\(kind) data-name=\"\(name)\">\(cell)</td>"
        }.joined() + "</tr>\n"
    }
    return """
      <table class="stack">
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(lines.joined())</tbody>
      </table>

      """
  }
}
