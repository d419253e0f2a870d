import Model

/// Requests by method and status, and how long they took, for each service of a log.
struct RequestSeries {
  /// Upper bounds of the buckets of durations, in seconds: those of Prometheus' client libraries.
  static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  private static let spellings = [
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf",
  ]

  private struct Durations {
    /// Cumulative, `+Inf` last.
    var buckets: [Counter]
    var sum: Counter
    var count: Counter

    init(_ service: String?) {
      func labels(_ name: String) -> Labels {
        Labels(["__name__": "log_request_duration_seconds_" + name, "service": service ?? ""])
      }
      buckets = RequestSeries.spellings.map {
        Counter(labels("bucket").merging(Labels(["le": $0])))
      }
      sum = Counter(labels("sum"))
      count = Counter(labels("count"))
    }
  }

  private struct Kind: Hashable {
    var service: Int
    var method: String?
    var status: Int
  }

  private var kinds: [Kind: Int] = [:]
  private var requests: [Counter] = []
  private var services: [Int: Int] = [:]
  private var durations: [Durations] = []

  /// Kinds of requests that are counted; there are 500 statuses and 9 methods.
  private static let kindsMax = 1000

  /// Counts what a line says of a request, if it says anything.
  mutating func add(_ record: LogRecord, service: Int, named name: String?) {
    if let status = record.status {
      let kind = Kind(service: service, method: record.method, status: status)
      if let index = kinds[kind] {
        requests[index].add(1)
      } else if requests.count < Self.kindsMax {
        kinds[kind] = requests.count
        var counter = Counter(
          Labels([
            "__name__": "log_requests_total", "code": String(status),
            "method": record.method ?? "", "service": name ?? "",
          ]))
        counter.add(1)
        requests.append(counter)
      }
    }
    if let seconds = record.duration { add(seconds, service, name) }
  }

  private mutating func add(_ seconds: Double, _ service: Int, _ name: String?) {
    let index: Int
    if let known = services[service] {
      index = known
    } else {
      index = durations.count
      services[service] = index
      durations.append(Durations(name))
    }
    let first = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    for bucket in first...Self.bounds.count { durations[index].buckets[bucket].add(1) }
    durations[index].sum.add(seconds)
    durations[index].count.add(1)
  }

  /// Writes the zeros before new series.
  mutating func begin(at time: Int64, into batch: inout SampleBatch) {
    for index in requests.indices { requests[index].begin(at: time, into: &batch) }
    for index in durations.indices {
      for bucket in durations[index].buckets.indices {
        durations[index].buckets[bucket].begin(at: time, into: &batch)
      }
      durations[index].sum.begin(at: time, into: &batch)
      durations[index].count.begin(at: time, into: &batch)
    }
  }

  /// Writes every series.
  func write(at time: Int64, into batch: inout SampleBatch) {
    for counter in requests { counter.write(at: time, into: &batch) }
    for item in durations {
      for bucket in item.buckets { bucket.write(at: time, into: &batch) }
      item.sum.write(at: time, into: &batch)
      item.count.write(at: time, into: &batch)
    }
  }
}
