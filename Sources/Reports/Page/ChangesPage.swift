public import Model

/// What people changed, newest first.
public enum ChangesPage {
  /// The page of `changes`, in their order.
  public static func render(_ changes: [ChangeEvent]) -> String {
    let frame = PageFrame(title: "Changes", tab: .changes)
    let rows = changes.map { change in
      """
      <tr><td>\(timeElement(change.time))</td><td>\(Escaping.html(change.service))</td>\
      <td>\(Escaping.html(change.kind))</td><td>\(Escaping.html(versions(change)))</td>\
      <td>\(Escaping.html(change.summary ?? ""))</td></tr>

      """
    }
    let table = """
      <section class="long">
      <table class="stack">
      <thead><tr><th>When</th><th>Service</th><th>Kind</th><th>Version</th><th>What</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </section>
      """
    return frame.render(
      """
      <h1>Changes</h1>
      \(changes.isEmpty ? "<p class=\"lead\">No change was told of in the last 30 days.</p>" : table)
      """)
  }

  private static func versions(_ change: ChangeEvent) -> String {
    [change.previousVersion, change.version].compactMap(\.self).joined(separator: " → ")
  }
}
