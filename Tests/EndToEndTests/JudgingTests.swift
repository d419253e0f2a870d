import Foundation
import Testing

/// What judges changes, load tests and resources, on the repository's recordings.
@Suite struct JudgingTests {
  // MARK: gate

  private func gate(_ fixture: String, _ service: String, _ more: String...) throws -> Outcome {
    try Running(
      [
        "gate", "recording/metrics.prom.gz", "recording/changes.jsonl", "--service", service,
        "--rules", "recording/rules",
      ] + more, in: Fixture.folder(fixture)
    ).outcome(seconds: 240)
  }

  @Test func `a migration that drops an index is rolled back, with the commands`() throws {
    let outcome = try gate("cascade", "orders-db", "--output", "json")
    #expect(outcome.status == 2, "\(outcome)")
    let verdict = try outcome.summary
    #expect(verdict["verdict"].string == "rollback")
    let commands = verdict["rollback"].items.compactMap(\.string).joined(separator: "\n")
    #expect(commands.contains("0042_order_status"), "\(commands)")
    let worse = verdict["metrics"].items.filter { $0["judgement"].string == "worse" }
    #expect(Set(worse.compactMap { $0["service"].string }).contains("checkout"), "\(worse)")
  }

  @Test func `a harmless deploy in a quiet week is promoted`() throws {
    let outcome = try gate("quiet-week", "checkout")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("PROMOTE"), "\(outcome)")
  }

  @Test func `two recordings, JUnit, and what is missing`() throws {
    let folder = try ScratchFolder()
    func recording(_ start: Int, _ slow: Double, _ seed: Int) -> String {
      var lines = ""
      for step in 0..<120 {
        let wobble = Double((step * 7919 + seed) % 13) / 130
        let time = (start + step * 15) * 1000
        lines += "latency_seconds{service=\"web\"} \(0.2 * slow * (1 + wobble)) \(time)\n"
        lines += "errors_ratio{service=\"web\"} \(0.002 * (1 + wobble)) \(time)\n"
      }
      return lines
    }
    try folder.write("before.prom", recording(1_768_485_600, 1, 1))
    try folder.write("slow.prom", recording(1_768_489_200, 1.2, 5))
    try folder.write("same.prom", recording(1_768_489_200, 1, 9))
    let pair = ["gate", "--service", "web", "--before", "before.prom"]
    let slow = try Running(
      pair + ["--after", "slow.prom", "--junit", "gate.xml"], in: folder
    ).outcome()
    #expect(slow.status == 2 && slow.output.hasPrefix("ROLLBACK"), "\(slow)")
    #expect(slow.output.contains("latency_seconds rose by "), "\(slow)")
    #expect(folder.text("gate.xml").contains("failures=\"1\""))
    let same = try Running(pair + ["--after", "same.prom"], in: folder).outcome()
    #expect(same.status == 0, "\(same)")
    let canary = try tocsin(
      "gate", "--service", "web", "--control", "before.prom", "--canary", "slow.prom", in: folder)
    #expect(canary.status == 2, "\(canary)")
    let lost = try tocsin("gate", "--service", "web", "before.prom", in: folder)
    #expect(lost.status == 65 && lost.errors.contains("--changed-at"), "\(lost)")
    let other = try Running(
      ["gate", "--service", "shop", "--before", "before.prom", "--after", "slow.prom"], in: folder
    ).outcome()
    #expect(other.status == 2 && other.output.hasPrefix("HOLD"), "\(other)")
    #expect(try tocsin("gate", "--service", "web", in: folder).status == 64)
  }

  @Test func `a live stream is rolled back as soon as it is sure`() throws {
    let folder = try ScratchFolder()
    var lines = ""
    for step in 0..<240 {
      let time = (1_768_485_600 + step * 15) * 1000
      let wobble = 1 + Double(step * 7919 % 13) / 130
      let slow = step < 120 ? 1.0 : 1.5
      lines += "{\"ts\":\(time),\"metric\":\"latency_seconds\",\"value\":\(0.2 * slow * wobble),"
      lines += "\"labels\":{\"service\":\"web\"}}\n"
      if step == 119 {
        lines += "{\"ts\":\(time),\"change\":{\"service\":\"web\",\"kind\":\"kubernetes\","
        lines += "\"version\":\"2\",\"previous_version\":\"1\"}}\n"
      }
    }
    let stream = lines
    let outcome = try Running(
      ["gate", "-", "--service", "web", "--watch", "10m", "--format", "jsonl"], in: folder,
      input: .pipe { end in end.write(Array(stream.utf8)) }
    ).outcome()
    #expect(outcome.status == 2 && outcome.output.hasPrefix("ROLLBACK"), "\(outcome)")
    #expect(outcome.output.contains("kubectl rollout undo deployment/web"), "\(outcome)")
  }

  // MARK: compare

  @Test func `one load test written by two tools has one knee`() throws {
    let folder = try Fixture.folder("load-test")
    for file in ["k6.csv.gz", "results.jtl.gz"] {
      let outcome = try tocsin(
        "compare", "recording/\(file)", "recording/\(file)", "--output", "json", in: folder)
      #expect(outcome.status == 0, "\(outcome)")
      let summary = try outcome.summary
      #expect(summary["verdict"].string == "fine")
      // The pool is full at 48 users and answers 35 requests a second, whatever is asked.
      let knee = summary["base_curve"]
      guard case .number(let users) = knee["knee_users"], case .number(let rate) = knee["knee_rate"]
      else {
        Issue.record("no knee in \(file): \(outcome)")
        continue
      }
      #expect((40...60).contains(users) && (30...40).contains(rate), "\(file): \(users) \(rate)")
      guard case .number(let failing) = knee["saturated_at_users"] else {
        Issue.record("no failing load in \(file)")
        continue
      }
      #expect((95...125).contains(failing), "\(file): \(failing)")
    }
  }

  @Test func `the endpoint that got slower is found, and a page is drawn`() throws {
    let folder = try ScratchFolder()
    func results(_ slow: Double, _ seed: Int) -> String {
      var lines = "timeStamp,elapsed,label,responseCode,success,allThreads\n"
      for step in 0..<2400 {
        let noise = 1 + Double((step * 7919 + seed) % 31) / 100
        let time = 1_768_485_600_000 + step * 50
        let users = 5 + step / 120
        lines += "\(time),\(Int(100 * noise)),GET /,200,true,\(users)\n"
        lines += "\(time),\(Int(200 * noise * slow)),POST /orders,200,true,\(users)\n"
      }
      return lines
    }
    try folder.write("base.jtl", results(1, 3))
    try folder.write("slower.jtl", results(1.25, 11))
    let outcome = try tocsin(
      "compare", "base.jtl", "slower.jtl", "--report", "c.html", in: folder)
    #expect(outcome.status == 2, "\(outcome)")
    #expect(outcome.output.hasPrefix("WORSE    POST /orders"), "\(outcome)")
    #expect(!outcome.output.contains("WORSE    GET /"), "\(outcome)")
    #expect(folder.text("c.html").contains("<svg"))
    let unknown = try tocsin("compare", "base.jtl", "c.html", in: folder)
    #expect(unknown.status == 65 && unknown.errors.contains("expected results of k6"), "\(unknown)")
  }

  // MARK: capacity

  @Test func `the pool that ran dry on Black Friday is the shortest of room`() throws {
    let folder = try Fixture.folder("black-friday")
    let outcome = try Running(
      [
        "capacity", "recording/metrics.prom.gz", "--rules", "recording/rules", "--output", "json",
        "--report", "review.html",
      ], in: folder
    ).outcome(seconds: 240)
    #expect(outcome.status == 0, "\(outcome)")
    let resources = try outcome.events.filter { $0["event"].string == "capacity.resource" }
    let pool = try #require(
      resources.first { $0["resource"].string == "db connection pool" }, "\(outcome)")
    #expect(pool["service"].string == "orders-db" && pool["peak"] == .number(1))
    #expect(resources.contains { $0["resource"].string == "db cpu" }, "\(resources)")
    #expect(folder.text("review.html").contains("connection pool"))
  }

  @Test func `a disk that fills by a point an hour is full when the line says`() throws {
    let folder = try ScratchFolder()
    var lines = ""
    for step in 0..<288 {
      let time = (1_768_435_200 + step * 300) * 1000
      let free = 100e9 - 50e9 - Double(step) / 12 * 1e9
      lines += "node_filesystem_avail_bytes{service=\"a\"} \(Int(free)) \(time)\n"
      lines += "node_filesystem_size_bytes{service=\"a\"} 100000000000 \(time)\n"
    }
    try folder.write("disk.prom", lines)
    let outcome = try tocsin("capacity", "disk.prom", "--output", "json", in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    let disk = try #require(
      try outcome.events.first { $0["resource"].string == "filesystem" }, "\(outcome)")
    guard case .number(let left) = disk["exhausted_in_seconds"] else {
      Issue.record("no end: \(disk)")
      return
    }
    // At the end 26 of 100 GB are left, at one GB an hour; the peaks of stretches lead a little.
    #expect((23...28).contains(left / 3600), "\(left / 3600) h")
    let empty = try tocsin("capacity", "disk.prom", "--event-load", "0", in: folder)
    #expect(empty.status == 64, "\(empty)")
  }
}
