import Model
import PromQL
import Testing

@testable import Evaluation

@Suite struct StoreForgettingTests {
  private func store(series: Int, never: Int, retention: Milliseconds? = 60_000) -> SeriesStore {
    var limits = StoreLimits()
    limits.seriesNeverForgotten = never
    let store = SeriesStore(limits: limits, retention: retention)
    for number in 0..<series {
      // Every fourth series goes on, the others end at 10 s.
      let end: Int64 = number % 4 == 0 ? 2_000_000 : 10_000
      store.record(
        [Labels.metricName: "m", "n": "\(number)"],
        [(5000, .float(1)), (end, .float(Double(number)))])
    }
    return store
  }

  private let late = Timestamp(milliseconds: 2_000_000)

  @Test func `series that ended long ago go, the others keep samples and order`() throws {
    let store = store(series: 40, never: 10)
    #expect(store.isForgettingDue(at: late))
    #expect(store.forgetSeries(at: late))
    #expect(store.seriesCount == 10)
    #expect(store.allLabels.map { $0["n"] } == (0..<10).map { "\(4 * $0)" })
    let result = try QueryEngine(store: store).instant(Expression(parsing: "m"), at: late)
    guard case .vector(let samples) = result.value else {
      Issue.record("no vector: \(result.value)")
      return
    }
    #expect(
      samples.map(\.labels) == store.allLabels
        && samples.allSatisfy { sample in
          if case .float(let value) = sample.value {
            "\(Int(value))" == sample.labels["n"]
          } else {
            false
          }
        })
    #expect(!store.isForgettingDue(at: late))
  }

  @Test func `nothing goes while somebody may look back, or few would go`() {
    let kept = store(series: 40, never: 10, retention: .max)
    #expect(!kept.forgetSeries(at: late) && kept.seriesCount == 40)
    let early = store(series: 40, never: 10)
    #expect(!early.forgetSeries(at: Timestamp(milliseconds: 100_000)) && early.seriesCount == 40)
    // Looking again waits for more series.
    #expect(!early.isForgettingDue(at: late))
    #expect(!store(series: 40, never: 40).isForgettingDue(at: late))
  }

  @Test func `a series that comes back begins anew`() {
    let store = store(series: 40, never: 10)
    #expect(store.forgetSeries(at: late))
    var batch = SampleBatch()
    for name in ["1", "4"] {
      batch.append(
        labels: [Labels.metricName: "m", "n": name], time: late + 1000, value: 7)
    }
    store.ingest(batch)
    #expect(store.seriesCount == 11 && store.counts.stored == 2)
    #expect(store.knownNumber(of: [Labels.metricName: "m", "n": "1"]) == 10)
    #expect(store.knownNumber(of: [Labels.metricName: "m", "n": "4"]) == 1)
  }

  @Test func `histograms and start times stay with their series`() throws {
    let store = store(series: 12, never: 1)
    let labels: Labels = [Labels.metricName: "h"]
    var histogram = NativeHistogram()
    histogram.count = 9
    store.record(labels, [(2_000_000, .histogram(histogram))])
    store.setStart(1_900_000, at: 2_000_000, of: labels)
    #expect(store.forgetSeries(at: late))
    let number = Int(try #require(store.knownNumber(of: labels)))
    #expect(number == 3)
    #expect(store.rings.start(at: 2_000_000, of: number) == 1_900_000)
    let result = try QueryEngine(store: store)
      .instant(Expression(parsing: "histogram_count(h)"), at: late)
    guard case .vector(let samples) = result.value, case .float(let count)? = samples.first?.value
    else {
      Issue.record("no count: \(result.value)")
      return
    }
    #expect(count == 9)
  }

  @Test func `a full store looks again every five minutes`() {
    var limits = StoreLimits()
    limits.seriesNeverForgotten = 10
    limits.series = 20
    var schedule = ForgettingSchedule()
    #expect(!schedule.isDue(10, at: 0, limits) && schedule.isDue(11, at: 0, limits))
    let isFirst = schedule.decide(20, kept: 19, at: 0)
    #expect(!isFirst)
    #expect(!schedule.isDue(20, at: 299_999, limits) && schedule.isDue(20, at: 300_000, limits))
    let isSecond = schedule.decide(20, kept: 12, at: 300_000)
    #expect(isSecond)
    #expect(!schedule.isDue(13, at: 300_000, limits))
  }
}
