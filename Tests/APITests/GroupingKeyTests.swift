import Model
import Testing

@testable import API

@Suite struct GroupingKeyTests {
  @Test(
    "the Pushgateway's paths become labels",
    arguments: [
      ("job/backup", ["job": "backup"]),
      ("job/backup/instance/db-1", ["job": "backup", "instance": "db-1"]),
      ("job@base64/YS9i", ["job": "a/b"]), ("job@base64/YS9i/zone@base64/=", ["job": "a/b"]),
      ("job/a%20b", ["job": "a b"]), ("job/a+b", ["job": "a+b"]),
    ])
  func keys(path: String, want: [String: String]) throws {
    let labels = try GroupingKey(path: path).labels
    #expect(labels.pairs.filter { !$0.value.isEmpty } == Labels(want).pairs)
  }

  @Test(
    "what is no grouping key is refused",
    arguments: ["", "job", "job/", "instance/a", "job/a/b", "job@base64/***", "job/a/__name__/b"])
  func refused(path: String) {
    #expect(throws: APIError.self) { try GroupingKey(path: path) }
  }

  @Test("labels of the key win, and each sample keeps its value")
  func apply() throws {
    var batch = SampleBatch()
    for (name, value) in [("a", 1.0), ("b", 2.0), ("a", 3.0)] {
      batch.append(
        labels: Labels(["__name__": name, "job": "own"]), time: Timestamp(milliseconds: 1),
        value: value)
    }
    let result = try GroupingKey(path: "job/j/x/y").apply(to: batch)
    #expect(try result.labels(ofRow: 2) == Labels(["__name__": "a", "job": "j", "x": "y"]))
    #expect(try result.labels(ofRow: 1) == Labels(["__name__": "b", "job": "j", "x": "y"]))
    #expect(result.values == [1, 2, 3])
  }
}
