import Evaluation
import Model
import PromQL
import Testing

/// A store with the series of `text`, each `name{labels} v0 v1 v2 …`, 15 s apart from time 0.
func makeStore(_ series: [(Labels, [Double])], step: Int64 = 15_000) -> SeriesStore {
  let store = SeriesStore(retention: .max)
  for (labels, values) in series {
    store.record(
      labels,
      values.enumerated().map { (time: Int64($0.offset) * step, value: .float($0.element)) })
  }
  return store
}

func vector(_ result: QueryResult) -> [String: Double] {
  guard case .vector(let samples) = result.value else { return [:] }
  var found: [String: Double] = [:]
  for sample in samples {
    if case .float(let value) = sample.value { found[sample.labels.description] = value }
  }
  return found
}

private let slopes = ["{job=\"a\"}": 0.05, "{job=\"b\"}": 0.5]

private let cases: [(String, [String: Double])] = [
  ("up", ["up{job=\"a\"}": 3.0, "up{job=\"b\"}": 30]),
  ("up > 10", ["up{job=\"b\"}": 30]),
  ("sum(up)", ["{}": 33]),
  ("sum by (job) (up * 2)", ["{job=\"a\"}": 6, "{job=\"b\"}": 60]),
  ("rate(up[1m])", slopes),
  ("max_over_time(up[1m]) - min_over_time(up[1m])", ["{job=\"a\"}": 3, "{job=\"b\"}": 30]),
  ("up / on(job) up", ["{job=\"a\"}": 1, "{job=\"b\"}": 1]),
  ("avg_over_time(sum(up)[45s:15s])", ["{}": 22]),
  ("absent(nothing{a=\"b\"})", ["{a=\"b\"}": 1]),
  ("up and on(job) (up > 10)", ["up{job=\"b\"}": 30]),
]

@Suite struct QueryEngineTests {
  @Test(arguments: [
    "label_replace(up, \"~a\", \"x\", \"job\", \".*\")", "label_join(up, \"a.b\", \"-\", \"job\")",
    "label_join(up, \"a\", \"-\", \"1\")", "count_values(\"a b\", up)",
  ])
  func `names of labels are free, or those of Prometheus 2`(text: String) throws {
    let store = makeStore([(["__name__": "up", "job": "a"], [1])])
    let expression = try Expression(parsing: text)
    let now = Timestamp(milliseconds: 0)
    #expect(vector(try QueryEngine(store: store).instant(expression, at: now)).count == 1)
    var options = EvaluationOptions()
    options.labelNames = .legacy
    #expect(throws: EvaluationError.self) {
      try QueryEngine(store: store, options: options).instant(expression, at: now)
    }
    let plain = try Expression(parsing: "label_join(up, \"A_1\", \"-\", \"job\", \"__name__\")")
    #expect(
      vector(try QueryEngine(store: store, options: options).instant(plain, at: now)).count == 1)
  }

  @Test(arguments: cases)
  func `instant queries`(text: String, want: [String: Double]) throws {
    let store = makeStore([
      (["__name__": "up", "job": "a"], [0, 1, 2, 3]),
      (["__name__": "up", "job": "b"], [0, 10, 20, 30]),
    ])
    let expression = try Expression(parsing: text)
    let result = try QueryEngine(store: store).instant(
      expression, at: Timestamp(milliseconds: 45_000))
    let found = vector(result)
    #expect(found.keys.sorted() == want.keys.sorted())
    for (key, value) in want { #expect(abs((found[key] ?? .nan) - value) < 1e-12) }
  }

  @Test(arguments: [
    ("sum(up)", 0, 0), ("up", 64, 1), ("up", 640, 10), ("sum_over_time(up[1h:1s])", 0, 5),
    ("max_over_time(sum_over_time(up[10m:1s])[10m:1s])", 128, 20),
  ])
  func `a query ends soon after nobody waits for it`(
    text: String, steps: Int64, patience: Int
  ) throws {
    let store = makeStore([(["__name__": "up"], Array(repeating: 1, count: 10))])
    let expression = try Expression(parsing: text)
    var asked = 0
    let engine = QueryEngine(store: store) {
      asked += 1
      return asked > patience
    }
    let end = Timestamp(milliseconds: 600_000)
    let error = #expect(throws: EvaluationError.self) {
      steps == 0
        ? try engine.instant(expression, at: end)
        : try engine.range(
          expression, start: end, end: end + steps * 1000, step: 1000)
    }
    #expect(error?.code == "timeout")
    #expect(asked <= patience + 64, "it went on for \(asked - patience) passes")
  }

  @Test func `a result has at most so many samples`() throws {
    let store = makeStore([(["__name__": "up"], Array(repeating: 1, count: 10))])
    var options = EvaluationOptions()
    options.sampleLimit = 10
    let engine = QueryEngine(store: store, options: options)
    let (expression, window) = (try Expression(parsing: "up"), try Expression(parsing: "up[5m]"))
    let (start, end) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: 135_000))
    #expect(throws: Never.self) {
      _ = try engine.range(expression, start: start, end: end, step: 15_000)
      _ = try engine.instant(window, at: end)
    }
    let many = #expect(throws: EvaluationError.self) {
      try engine.range(expression, start: start, end: end, step: 5000)
    }
    #expect(many?.code == "too-many-samples")
    options.sampleLimit = 9
    let long = #expect(throws: EvaluationError.self) {
      try QueryEngine(store: store, options: options).instant(window, at: end)
    }
    #expect(long?.code == "too-many-samples")
  }

  @Test func `a query leaves what rules follow as it is`() throws {
    let store = SeriesStore()
    let evaluator = Evaluator(store: store)
    let expression = try Expression(parsing: "count(up)")
    let plan = try evaluator.plan(expression, grid: "g")
    func add(_ job: String, _ time: Int64) {
      var batch = SampleBatch()
      batch.append(
        labels: ["__name__": "up", "job": job], time: Timestamp(milliseconds: time), value: 1)
      store.ingest(batch)
    }
    add("a", 1000)
    let query = try QueryEngine(store: store).instant(
      expression, at: Timestamp(milliseconds: 1000))
    #expect(vector(query) == ["{}": 1])
    add("b", 2000)
    evaluator.beginPass(StepGrid(start: 2000))
    #expect(evaluator.evaluate(plan).row(0)[0] == 2)
  }
}
