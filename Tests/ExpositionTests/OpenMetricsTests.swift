import Exposition
import Testing

struct OpenMetricsTests {
  private func validate(_ text: String) -> Decoded {
    var options = DecoderOptions(format: .openmetrics)
    options.validates = true
    return decode([Array(text.utf8)], options)
  }

  /// Streams from real exporters: seconds, exemplars, several documents in one file.
  @Test func `a stream is read leniently`() {
    let text = """
      # TYPE http_requests counter
      http_requests_total{code="200"} 5 1520879607.789 # {trace_id="a b"} 0.5 1520879600.1
      http_requests_total{code="500"} 1 1520879607
      # EOF
      # TYPE http_requests counter

      http_requests_total{code="200",} 6 1520879608
      # EOF

      """
    let found = decode(text, .openmetrics)
    #expect(found.reports == [])
    #expect(
      found.samples == [
        "http_requests_total{code=\"200\"} 5.0 1520879607789",
        "http_requests_total{code=\"500\"} 1.0 1520879607000",
        "http_requests_total{code=\"200\"} 6.0 1520879608000",
      ])
  }

  @Test(arguments: [
    ("a 1 # {b=\"c\" 1", "bad-label-name"), ("a 1 # 1", "bad-exemplar"),
    ("a 1 2 # {b=\"c\"} x", "bad-number"), ("a 1 # {b=\"c\"} 1 2 3", "bad-exemplar"),
    ("a 1 Inf", "bad-time"),
  ])
  func `a stream's bad exemplars and times are bad lines`(_ line: String, _ code: String) {
    let found = decode("x 1\n\(line)\ny 2\n", .openmetrics)
    #expect(found.samples == ["x 1.0", "y 2.0"])
    #expect(found.codes == [code])
  }

  @Test(arguments: [
    "", "a 1\n", "a 1\n\n# EOF\n", "a 1\n# EOF\nb 1", "a 1\r\n# EOF\n", " a 1\n# EOF\n",
    "a  1\n# EOF\n", "a 1 \n# EOF\n", "a{b=\"c\",} 1\n# EOF\n", "a{ b=\"c\"} 1\n# EOF\n",
    "a{b=\"c\"d=\"e\"} 1\n# EOF\n", "a{b=\"c\"}1\n# EOF\n", "# comment\n# EOF\n",
    "# TYPE a  gauge\n# EOF\n", "# TYPE a gauge\n# TYPE a gauge\n# EOF\n",
    "# UNIT a_seconds bytes\n# EOF\n", "a 1\n# TYPE a gauge\n# EOF\n",
    "# TYPE a counter\na 1\n# HELP a x\n# EOF\n",
    "# TYPE a counter\na_total -1\n# EOF\n", "# TYPE a counter\na_total NaN\n# EOF\n",
    "# TYPE a gauge\na 1 # {b=\"c\"} 1\n# EOF\n", "# TYPE a info\na_info 0\n# EOF\n",
    "# TYPE a stateset\na{a=\"x\"} 3\n# EOF\n", "# TYPE a stateset\na 1\n# EOF\n",
    "# TYPE a summary\na{quantile=\"2\"} 1\n# EOF\n",
    "# TYPE a histogram\na_bucket{le=\"1\"} 1\n# EOF\n",
    "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n# EOF\n",
    "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1.5\n# EOF\n",
    "# TYPE a gauge\na{b=\"1\"} 1\na{b=\"2\"} 1\na{b=\"1\"} 2\n# EOF\n",
    "# TYPE a gauge\na 1 5\na 1 4\n# EOF\n", "a 1\nb 1\na 1\n# EOF\n",
  ])
  func `a document that breaks a rule is refused`(_ text: String) {
    #expect(validate(text).reports.count == 1)
  }

  @Test(arguments: [
    "# EOF", "# EOF\n", "a 1\n# EOF\n", "# HELP a \n# TYPE a unknown\na NaN -1.5\n# EOF\n",
    "# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total{} 1\na_seconds_created{} 5\n# EOF\n",
    "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2 # {} 3 4\nh_count 2\nh_sum 3\n# EOF\n",
    "# TYPE i info\ni_info{v=\"1\"} 1\ni_info{v=\"2\"} 1\n# EOF\n",
    "# TYPE q summary\nq{quantile=\"0.5\"} 1\nq{quantile=\"0.9\"} 2\nq_count 4\nq_sum 5\n# EOF\n",
    "{\"a.b\",c=\"d\"} 1\n# EOF\n",
  ])
  func `a document by the rules passes`(_ text: String) {
    #expect(validate(text).reports == [])
  }

  @Test func `the missing end is reported behind the last line`() {
    #expect(
      validate("a 1\n").reports == ["2:1: warning: expected # EOF, found the end of the line"])
  }
}
