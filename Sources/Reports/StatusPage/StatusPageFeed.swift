import Model

/// A status page as an Atom feed, one entry for each incident and each announced work.
///
/// Source: RFC 4287.
public enum StatusPageFeed {
  /// The feed.
  public static func render(_ page: StatusPage) -> String {
    let notices = (page.ongoing + page.maintenance + page.past).map { notice in
      (notice, notice.updates.map(\.time).max() ?? notice.start)
    }.sorted { ($1.1, $0.0.id) < ($0.1, $1.0.id) }
    // The feed changed when something was last said, not whenever it was made.
    let updated = notices.first?.1 ?? page.madeAt
    let link = page.url.map { "  <link href=\"\(Escaping.html($0))\"/>\n" } ?? ""
    return """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom">
        <id>\(identity(page))</id>
        <title>\(Escaping.html(page.title))</title>
        <updated>\(updated)</updated>
        <author><name>\(Escaping.html(page.title))</name></author>
      \(link)\(notices.map { entry($0.0, $0.1, page) }.joined())</feed>

      """
  }

  private static func identity(_ page: StatusPage) -> String {
    if let url = page.url { return Escaping.html(url) }
    var hash = StableHash()
    hash.combine(page.title)
    return "urn:tocsin:status:\(hash.hexadecimal)"
  }

  private static func entry(
    _ notice: StatusPage.Notice, _ updated: Timestamp, _ page: StatusPage
  ) -> String {
    let said = notice.updates.map { "\(Moment.full($0.time)): \($0.state). \($0.text)" }
    let text = said.isEmpty ? notice.title : said.joined(separator: "\n")
    let link = page.url.map {
      "    <link href=\"\(Escaping.html($0))#n\(notice.id)\"/>\n"
    }
    return """
        <entry>
          <id>urn:tocsin:notice:\(notice.id)</id>
          <title>\(Escaping.html(notice.title))</title>
          <published>\(notice.start)</published>
          <updated>\(updated)</updated>
      \(link ?? "")    <content type="text">\(Escaping.html(text))</content>
        </entry>

      """
  }
}
