import Foundation
import Testing

@testable import Reports

/// Writes the pages to look at into the folder that `TOCSIN_LOOK` names.
@Test(.enabled(if: ProcessInfo.processInfo.environment["TOCSIN_LOOK"] != nil))
func `pages to look at`() throws {
  let folder = ProcessInfo.processInfo.environment["TOCSIN_LOOK"] ?? "."
  try HTMLReport.render(Shop.report).write(
    toFile: "\(folder)/report.html", atomically: true, encoding: .utf8)
  try HTMLReport.render(Shop.ongoing).write(
    toFile: "\(folder)/ongoing.html", atomically: true, encoding: .utf8)
  try HTMLReport.render(Shop.hostile("<script>alert(1)</script> & \"quotes\" in every place"))
    .write(toFile: "\(folder)/hostile.html", atomically: true, encoding: .utf8)
}
