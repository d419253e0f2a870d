import Exposition
import Testing

struct InfluxTests {
  @Test(arguments: [
    ("m", "in:2:2: warning: expected a field name=value, found the end of the line"),
    ("m f=", "in:2:3: warning: expected a field name=value, found \"f=\""),
    (
      "m f=yes",
      "in:2:5: warning: expected a number, a boolean or a text in double quotes, found \"yes\""
    ),
    ("m f=\"open", "in:2:5: warning: expected a closing double quote, found \"\\\"open\""),
    ("m f=1 12x", "in:2:7: warning: expected a whole number as the time, found \"12x\""),
    ("m,t f=1", "in:2:3: warning: expected a tag name=value, found \"t\""),
    (",t=v f=1", "in:2:1: warning: expected a measurement, found \",\""),
    ("m,a=1,a=2 f=1", "in:2:7: warning: expected each label once, found \"a\""),
    (
      "m f=9223372036854775808i",
      "in:2:5: warning: expected a number, a boolean or a text in double quotes, found \"9223372036854775808i\""
    ),
    ("m f=1 2 3", "in:2:9: warning: expected the end of the line, found \"3\""),
  ])
  func `a bad line is reported with its place and skipped`(_ line: String, _ want: String) {
    let found = decode("a f=1\n\(line)\nz f=2\n", .influx)
    #expect(found.reports == [want])
    #expect(found.samples == ["a_f 1.0", "z_f 2.0"])
  }

  @Test(arguments: [
    (
      "cpu,host=a,region=eu user=1.5,idle=98i,n=7u,up=t,note=\"x, y\" 1556813561098000000",
      [
        "cpu_user{host=\"a\", region=\"eu\"} 1.5 1556813561098",
        "cpu_idle{host=\"a\", region=\"eu\"} 98.0 1556813561098",
        "cpu_n{host=\"a\", region=\"eu\"} 7.0 1556813561098",
        "cpu_up{host=\"a\", region=\"eu\"} 1.0 1556813561098",
      ]
    ),
    (
      "my\\ m,a\\,b=c\\ d,q=\"x\\y\" f\\=g=1",
      ["{__name__=\"my m_f=g\", \"a,b\"=\"c d\", q=\"\\\"x\\\\y\\\"\"} 1.0"]
    ),
    ("m f=false\r", ["m_f 0.0"]), ("  m  f=-1.25E-2  ", ["m_f -0.0125"]), ("# note", []),
    ("m s=\"only text\"", []), ("m f=1 -1", ["m_f 1.0 -1"]),
    ("disk.io r=1", ["{__name__=\"disk.io_r\"} 1.0"]),
  ])
  func `reads points`(_ line: String, _ want: [String]) {
    let found = decode(line + "\n", .influx)
    #expect(found.samples == want)
    #expect(found.reports == [])
  }

  @Test(arguments: [(TimeUnit.seconds, 5000), (.milliseconds, 5), (.microseconds, 0)])
  func `the precision is the unit of the time`(_ precision: TimeUnit, _ want: Int) {
    var options = DecoderOptions(format: .influx)
    options.precision = precision
    #expect(decode([Array("m f=1 5".utf8)], options).samples == ["m_f 1.0 \(want)"])
  }
}

struct GraphiteTests {
  @Test(arguments: [
    ("a.b 1", "in:2:6: warning: expected a time in seconds, found the end of the line"),
    ("a.b x 1700000000", "in:2:5: warning: expected a number, found \"x\""),
    ("a.b 1 yesterday", "in:2:7: warning: expected a time in seconds, found \"yesterday\""),
    ("a.b 1 1700000000 x", "in:2:18: warning: expected the end of the line, found \"x\""),
    ("m;t 1 1", "in:2:3: warning: expected a tag name=value, found \"t\""),
    ("m;t=~v 1 1", "in:2:3: warning: expected a tag name=value, found \"t=~v\""),
    (";t=v 1 1", "in:2:1: warning: expected a metric path, found \";\""),
  ])
  func `a bad line is reported with its place and skipped`(_ line: String, _ want: String) {
    let found = decode("a 1 1\n\(line)\nz 2 2\n", .graphite)
    #expect(found.reports == [want])
    #expect(found.samples == ["a 1.0 1000", "z 2.0 2000"])
  }

  @Test(arguments: [
    (
      "servers.web-01.load 0.25 1700000000.7",
      "{__name__=\"servers.web-01.load\"} 0.25 1700000000700"
    ),
    ("a\t5\t1700000000\r", "a 5.0 1700000000000"), ("a 4 -1", "a 4.0"),
    ("disk;dc=dc1;rack=v=w 42 1", "disk{dc=\"dc1\", rack=\"v=w\"} 42.0 1000"),
  ])
  func `reads points`(_ line: String, _ want: String) {
    let found = decode(line + "\n", .graphite)
    #expect(found.samples == [want])
    #expect(found.reports == [])
  }
}
