import Analysis
import Evaluation
import Incidents
import Model
import Testing

@Suite struct CapacityTests {
  /// Six days at ten minutes: a pool that fills by 4 points a day and follows the traffic of the day.
  private func reader(growth: Double, isFlat: Bool = false) -> (
    MetricReader, ClosedRange<Timestamp>
  ) {
    let store = SeriesStore(retention: .max)
    var batch = SampleBatch()
    var served = 0.0
    let count = 6 * 144
    for step in 0..<count {
      let time = minute(Double(step) * 10)
      let hour = Double(step % 144) / 144
      let load = isFlat ? 1 : 1 + 0.8 * (hour < 0.5 ? hour * 2 : 2 - hour * 2)
      let used = 20 + 15 * load + growth * Double(step) / 144
      served += 600 * 10 * load
      func add(_ name: String, _ value: Double) {
        batch.append(
          labels: ["__name__": name, "service": "db"], time: time, value: value)
      }
      add("db_connection_pool_in_use", used)
      add("db_connection_pool_size", 100)
      add("queries_total", served)
      add("queue_length", 3)
    }
    store.ingest(batch)
    return (
      MetricReader(store: store, context: IncidentContext()),
      minute(0)...minute(Double(count - 1) * 10)
    )
  }

  @Test func `a pool that fills by four connections a day is full when the line says`() throws {
    let (reader, span) = reader(growth: 4)
    let capacity = Capacity(reader, span: span)
    #expect(capacity.resources.map(\.name) == ["db connection pool"])
    let pool = try #require(capacity.resources.first)
    // The highest is at noon of the last day: 20 + 27 + 4 · 5.5.
    #expect(abs(pool.peak - 0.69) < 0.01, "\(pool.peak)")
    let trend = try #require(pool.trendPerDay)
    #expect(abs(trend - 0.04) < 0.004, "\(trend)")
    // From 0.47 at the first noon by 0.04 a day to 1 takes 13.25 days; six of them are over.
    let left = try #require(pool.exhaustedIn)
    #expect((6.5...8.5).contains(Double(left) / 86_400_000), "\(Double(left) / 86_400_000)")
  }

  @Test func `what does not grow has no end`() throws {
    let (reader, span) = reader(growth: 0)
    let pool = try #require(Capacity(reader, span: span).resources.first)
    #expect(pool.trendPerDay == nil && pool.exhaustedIn == nil)
  }

  @Test func `the next event's load is scaled by the line, or is unknown`() throws {
    var options = Capacity.Options()
    options.eventLoad = 3
    let (flat, span) = reader(growth: 0, isFlat: true)
    let pool = try #require(Capacity(flat, span: span, options: options).resources.first)
    #expect(pool.driver == .unknown && pool.atEvent == nil && pool.headroom == nil)
    #expect(!pool.isShort && pool.growth(toStayBelow: 0.7) == nil)
    let (daily, _) = reader(growth: 0)
    let driven = try #require(Capacity(daily, span: span, options: options).resources.first)
    // 15 of 100 for each unit of load, 1.8 units at noon: 47 + 2 · 27.
    let need = try #require(driven.atEvent)
    #expect(driven.followsTraffic && abs(need - 1.01) < 0.03, "\(need)")
    #expect(abs((driven.growth(toStayBelow: 0.7) ?? 0) - need / 0.7) < 0.001)
    let (filling, _) = reader(growth: 4, isFlat: true)
    let disk = try #require(Capacity(filling, span: span, options: options).resources.first)
    #expect(disk.driver == .time && disk.atEvent == nil && disk.exhaustedIn != nil)
    #expect(Capacity(flat, span: span).jsonLines().count == 2)
  }

  @Test func `CPU is a share of all modes, and what is no share is unknown`() throws {
    let store = SeriesStore(retention: .max)
    var batch = SampleBatch()
    for step in 0..<240 {
      func add(_ name: String, _ more: [String: String], _ value: Double) {
        var labels = Labels(more)
        labels["__name__"] = name
        labels["service"] = "web"
        batch.append(labels: labels, time: minute(Double(step)), value: value)
      }
      // Four processors in one series: 3.2 of 4 seconds are idle.
      add("node_cpu_seconds_total", ["mode": "idle"], Double(step) * 60 * 3.2)
      add("node_cpu_seconds_total", ["mode": "user"], Double(step) * 60 * 0.8)
      add("gpu_usage_ratio", [:], 42)
    }
    store.ingest(batch)
    let capacity = Capacity(
      MetricReader(store: store, context: IncidentContext()), span: minute(0)...minute(239))
    #expect(capacity.resources.map(\.name) == ["CPU"])
    #expect(abs((capacity.resources.first?.peak ?? 0) - 0.2) < 0.01)
    #expect(capacity.misfits.map(\.name) == ["gpu"] && capacity.misfits[0].range == 42...42)
  }

  @Test(arguments: ["service", "job", "instance", "host"])
  func `a service that only a label names is reviewed too`(_ label: String) throws {
    let store = SeriesStore(retention: .max)
    var batch = SampleBatch()
    for step in 0..<240 {
      func add(_ name: String, _ service: String, _ value: Double) {
        var labels = Labels(["__name__": name, label: service])
        if label == "job" { labels["instance"] = "\(service):9100" }
        batch.append(labels: labels, time: minute(Double(step)), value: value)
      }
      add("node_filesystem_avail_bytes", "web-1", 30)
      add("node_filesystem_size_bytes", "web-1", 100)
      add("node_filesystem_avail_bytes", "web-2", 80)
      add("node_filesystem_size_bytes", "web-2", 100)
    }
    store.ingest(batch)
    let reader = MetricReader(store: store, context: IncidentContext())
    #expect(reader.services == ["web-1", "web-2"])
    let found = Capacity(reader, span: minute(0)...minute(239)).resources
    #expect(found.map(\.service) == ["web-1", "web-2"])
    #expect(found.map { ($0.peak * 100).rounded() } == [70, 20])
    let metrics = reader.metrics(of: ["web-1"], from: minute(10), to: minute(200))
    #expect(metrics.contains { !$0.values.isEmpty })
  }

  @Test func `the evidence of incidents is reviewed where there is no recording`() throws {
    func window(_ name: String, _ start: Double, _ values: [Double]) -> EvidenceWindow {
      EvidenceWindow(
        labels: ["__name__": name, "service": "db"], title: name, service: "db",
        times: values.indices.map { minute(start + Double($0)).milliseconds }, values: values)
    }
    var pool = window("PoolNearlyFull", 0, [0.4, 0.5, 0.9, .nan, 0.6])
    pool.expression = "db_connection_pool_in_use / db_connection_pool_size"
    var again = window("PoolNearlyFull", 3000, [0.5, 0.8])
    again.expression = pool.expression
    let capacity = try #require(
      Capacity(evidence: [
        [pool, window("queries_total", 0, [9, 9, 9])], [], [again, window("lag", 3000, [7])],
      ]))
    #expect(capacity.basis == .evidence(incidents: 2))
    let found = try #require(capacity.resources.first)
    #expect(capacity.resources.count == 1 && found.service == "db" && found.peak == 0.9)
    #expect(found.values == [0.4, 0.5, 0.9, 0.6, 0.5, 0.8])
    #expect(capacity.span == minute(0)...minute(3001))
    #expect(capacity.jsonLines().last?.contains("\"incidents\":2") == true)
    #expect(Capacity(evidence: [[]]) == nil)
  }

  @Test func `how one incident went is no trend, incidents over days may show one`() throws {
    func windows(days: Int) -> [[EvidenceWindow]] {
      (0..<days).map { day in
        [
          EvidenceWindow(
            labels: ["__name__": "disk_usage_ratio", "service": "db"], title: "disk", service: "db",
            times: (0..<60).map { minute(Double(day * 1440 + $0)).milliseconds },
            values: (0..<60).map { 0.3 + 0.05 * Double(day) + 0.002 * Double($0) })
        ]
      }
    }
    let one = try #require(Capacity(evidence: windows(days: 1))?.resources.first)
    #expect(one.trendPerDay == nil && one.exhaustedIn == nil)
    let week = try #require(Capacity(evidence: windows(days: 7))?.resources.first)
    let trend = try #require(week.trendPerDay)
    #expect(abs(trend - 0.05) < 0.005, "\(trend)")
  }

  @Test func `nothing known is nothing said`() {
    let store = SeriesStore(retention: .max)
    let reader = MetricReader(store: store, context: IncidentContext())
    #expect(Capacity(reader, span: minute(0)...minute(60)).resources.isEmpty)
  }
}
