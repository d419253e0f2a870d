import ArgumentParser
import Foundation
import Model
import Reports
import Rules
import Storage

/// `tocsin status-page`: what the public may know, as static files.
struct StatusPageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status-page",
    abstract: "Write a status page: HTML, JSON and an Atom feed.",
    discussion: """
      The page file names the services that are published, and announced maintenance; nothing else of \
      the store is shown. Run it again whenever the page is to be renewed.
      """)

  @Option(
    name: .long, help: ArgumentHelp("YAML file that says what is published.", valueName: "file"))
  var page = "status-page.yaml"

  @Option(
    name: .long, help: ArgumentHelp("Folder to write to; made if missing.", valueName: "path"))
  var out: String

  @Option(name: .long, help: ArgumentHelp("The page's moment; default: now.", valueName: "time"))
  var at: TimeArgument?

  @OptionGroup var store: StoreOptions

  func run() throws {
    try reporting {
      let settings = try settings()
      let now = at?.time ?? wallClock()
      var filter = IncidentFilter()
      filter.atLeast = settings.publish
      filter.until = now + 1
      let content = StatusPage(
        title: settings.title, url: settings.url,
        choices: settings.services.map {
          StatusPage.Choice(
            service: $0.service, title: $0.title, description: $0.description)
        }, incidents: try store.open(.readOnly).incidents(filter),
        work: settings.maintenance.map {
          StatusPage.Work(
            title: $0.title, start: $0.start, end: $0.end, services: $0.services, text: $0.text)
        }, publish: settings.publish, days: settings.days, now: now)
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
      let files = [
        ("index.html", StatusPageHTML.render(content)),
        ("status.json", StatusPageJSON.render(content)),
        ("feed.atom", StatusPageFeed.render(content)),
      ]
      for (name, text) in files {
        // A web server may be reading: each file is replaced as a whole.
        try Data(text.utf8).write(
          to: URL(fileURLWithPath: "\(out)/\(name)"), options: .atomic)
      }
      let output = ResultOutput()
      try output.write("\(out)/index.html  \(content.health.words.lowercased())\n")
      try output.flush()
    }
  }

  private func settings() throws -> StatusPageSettings {
    guard let data = FileManager.default.contents(atPath: page) else {
      throw CommandFailure.unusable("error: \(page): there is no such file, or it cannot be read")
    }
    let read = StatusPageSettings.read(String(decoding: data, as: UTF8.self), path: page)
    for diagnostic in read.diagnostics { StandardError.write(diagnostic.description) }
    guard let settings = read.settings else { throw ExitStatus.unusable }
    return settings
  }
}
