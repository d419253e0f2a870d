import Model
import Testing

@testable import Rules

/// Expands a template over one series and a small data set.
func expand(_ text: String, value: Double = 0.5) throws -> String {
  var context = TemplateContext(
    labels: ["__name__": "up", "host": "db-1.example.com:5432", "job": "db"], value: value,
    time: Timestamp(milliseconds: 1_000_500), externalLabels: ["cluster": "eu"],
    externalURL: "https://tocsin.example/alerts")
  context.query = { expression in
    guard expression == "q" else { return [] }
    return [("b", 2.0), ("a", 1.0)].map {
      TemplateSample(labels: ["__name__": "q", "id": $0.0], value: $0.1)
    }
  }
  return try Template(text).expand(in: context)
}

struct `Templates` {
  struct Case: CustomTestStringConvertible, Sendable {
    var text: String
    var want: String
    var testDescription: String { text }

    init(_ text: String, _ want: String) { (self.text, self.want) = (text, want) }
  }

  static let language = [
    Case("", ""), Case("plain", "plain"), Case("{{ $value }}", "0.5"),
    Case("{{.Value}} {{.Labels.job}} {{ $.Labels.job }}", "0.5 db db"),
    Case("a  {{- 1 -}}  b", "a1b"), Case("a{{/* c */}}b{{- /* d */ -}} e", "abe"),
    Case("{{ $labels.nope }}|{{ $labels }}", "|map[__name__:up host:db-1.example.com:5432 job:db]"),
    Case("{{ $x := 1 }}{{ $x }}{{ $x = 2 }}{{ $x }}", "12"),
    Case("{{ if true }}{{ $x := 1 }}{{ end }}{{ $y := 2 }}{{ $y }}", "2"),
    Case(
      "{{ if eq $labels.job \"web\" }}w{{ else if eq $labels.job \"db\" }}d{{ else }}o{{ end }}",
      "d"),
    Case("{{ with $labels.nope }}a{{ else with $labels.job }}{{ . }}{{ end }}", "db"),
    Case("{{ with $x := $labels.job }}{{ $x }}{{ . }}{{ end }}", "dbdb"),
    Case(
      "{{ range $i, $e := query \"q\" }}{{ $i }}{{ $e.Labels.id }}{{ .Value }} {{ end }}",
      "0b2 1a1 "),
    Case("{{ range query \"none\" }}x{{ else }}empty{{ end }}", "empty"),
    Case("{{ range $k, $v := $externalLabels }}{{ $k }}={{ $v }}{{ end }}", "cluster=eu"),
    Case("{{ range 3 }}{{ . }}{{ end }}", "012"),
    Case(
      "{{ range $i := 5 }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ if eq $i 3 }}{{ break }}{{ end }}{{ $i }}{{ end }}",
      "02"),
    Case(
      "{{ range $k, $v := (args 1 \"b\" 2.5) }}{{ $k }}:{{ $v }} {{ end }}",
      "arg0:1 arg1:b arg2:2.5 "),
    Case(
      "{{ define \"t\" }}[{{ . }}]{{ end }}{{ template \"t\" 1 }}{{ template \"t\" }}",
      "[1][<no value>]"),
    Case("{{ block \"b\" $value }}<{{ . }}>{{ end }}", "<0.5>"),
    Case("{{ define \"r\" }}{{ if gt . 0 }}{{ . }}{{ end }}{{ end }}{{ template \"r\" 3 }}", "3"),
    Case("{{ (query \"q\" | first).Labels.id }}", "b"), Case("{{ (args 1).arg5 }}", "<no value>"),
    Case("{{ define \"n\" }}{{ .a.b }}{{ end }}{{ template \"n\" }}", "<no value>"),
    Case("{{ 1 | printf \"%d-%d\" 2 }}", "2-1"),
    Case("{{ printf `%s` \"raw\" }}{{ 'a' }}{{ 0x10 }}{{ 1e3 }}{{ -1.5 }}", "raw97161000-1.5"),
    Case("{{ \"\\u00e9\\x41\\n\" }}", "éA\n"), Case("{{\n$value\n}}", "0.5"),
    Case("{{ \"{{\" }}", "{{"), Case("{{ first (query \"q\") }}", "{map[__name__:q id:b] 2}"),
  ]

  static let functions = [
    Case("{{ and 1 0 2 }} {{ or 0 \"\" 3 }} {{ not 1 }}", "0 3 false"),
    Case("{{ and false (index $labels 1) }}", "false"),
    Case(
      "{{ eq 1 2 1 }} {{ ne \"a\" \"b\" }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 1.5 1.0 }} {{ ge \"b\" \"a\" }}",
      "true true true true true true"),
    Case("{{ len \"héllo\" }} {{ len (query \"q\") }} {{ len (args 1 2) }}", "6 2 2"),
    Case(
      "{{ index $labels \"job\" }} {{ index (query \"q\") 1 | value }} {{ index \"abc\" 1 }}",
      "db 1 98"),
    Case(
      "{{ slice \"abcdef\" 1 3 }} {{ slice \"abc\" 1 }} {{ len (slice (query \"q\") 1) }}",
      "bc bc 1"),
    Case("{{ print 1 2 \"a\" }}|{{ println \"a\" 1 }}|{{ print }}", "1 2a|a 1\n|"),
    Case("{{ html \"<a href='x'>&\\\"\" }}", "&lt;a href=&#39;x&#39;&gt;&amp;&#34;"),
    Case("{{ js \"<'\\\"=\\n>\" }}", "\\u003C\\'\\\"\\u003D\\u000A\\u003E"),
    Case("{{ html nil }} {{ js nil }}", "&lt;no value&gt; \\u003Cno value\\u003E"),
    Case("{{ urlquery \"a b/ü\" 1 }} {{ urlQueryEscape \"a+b\" }}", "a+b%2F%C3%BC1 a%2Bb"),
    Case("{{ label \"id\" (first (query \"q\")) }} {{ query \"q\" | first | value }}", "b 2"),
    Case("{{ range query \"q\" | sortByLabel \"id\" }}{{ .Labels.id }}{{ end }}", "ab"),
    Case("{{ strvalue (first (query \"q\")) }}|", "|"),
    Case("{{ reReplaceAll \"(d)b-(\\\\d)\" \"${2}$1x\" $labels.host }}", "1.example.com:5432"),
    Case("{{ match \"a.c\" \"xabcx\" }} {{ match \"^b\" \"abc\" }}", "true false"),
    Case("{{ match \"a.c\" \"a\\nc\" }} {{ match \"(?s)a.c\" \"a\\nc\" }}", "false true"),
    Case("{{ reReplaceAll \"b.*\" \"\" \"abc\\nd\" }}", "a\nd"),
    Case("{{ html (first (query \"q\")) }}", "{map[__name__:q id:b] 2}"),
    Case("{{ title \"foo bar-baz_qux it's\" }}", "Foo Bar-Baz_qux It'S"),
    Case("{{ toUpper \"aß\" }} {{ toLower \"ÀBİ\" }}", "Aß àbi"),
    Case(
      "{{ stripPort $labels.host }} {{ stripPort \"[::1]:80\" }} {{ stripPort \"::1\" }} {{ stripPort \"a\" }}",
      "db-1.example.com ::1 ::1 a"),
    Case(
      "{{ stripDomain $labels.host }} {{ stripDomain \"a.b\" }} {{ stripDomain \"10.0.0.1\" }} {{ stripDomain \"[::1]:80\" }}",
      "db-1:5432 a 10.0.0.1 [::1]:80"),
    Case("{{ graphLink \"up == 0\" }}", "/graph?g0.expr=up+%3D%3D+0&g0.tab=0"),
    Case(
      "{{ externalURL }} {{ pathPrefix }} {{ $externalURL }}",
      "https://tocsin.example/alerts /alerts https://tocsin.example/alerts"),
    Case("{{ safeHtml \"<b>\" }} {{ now }}", "<b> 1000.5"),
    Case("{{ parseDuration \"1h30m\" }} {{ parseDuration \"1ms\" }}", "5400 0.001"),
    Case(
      "{{ toTime 1643114203.128 }}|{{ (toTime 0.0).Weekday }}|{{ (toTime 0.0).Month }}|{{ (toTime 0.0).Unix }}",
      "2022-01-25 12:36:43.128 +0000 UTC|Thursday|January|0"),
    Case(
      "{{ (toTime 1643114203.5).Format \"Mon, 2 Jan 2006 3:04:05.000 PM -07:00 MST\" }}",
      "Tue, 25 Jan 2022 12:36:43.500 PM +00:00 UTC"),
    Case(
      "{{ (toTime 0.0).Format \"Monday 02/01/06 15h _2 __2 002 .999\" }}",
      "Thursday 01/01/70 00h  1   1 001 "),
    Case("{{ (toDuration 100).Minutes }}", "1.6666666666666665"),
    Case(
      "{{ toDuration 90.5 }} {{ (toDuration 90.5).Minutes }} {{ humanizeDuration (toDuration 90.5) }}",
      "1m30.5s 1.5083333333333333 1m 30s"),
    Case("{{ (toTime 0.0).Add (toDuration 60.0) }}", "1970-01-01 00:01:00 +0000 UTC"),
    Case(
      "{{ (toTime 1e9).AddDate 0 1 2 }}|{{ (toTime 1706659200.0).AddDate 0 1 0 }}",
      "2001-10-11 01:46:40 +0000 UTC|2024-03-02 00:00:00 +0000 UTC"),
    Case(
      "{{ ((toTime -1.0).AddDate -1 -13 -31).Format \"2006-01-02 15:04:05\" }}",
      "1967-10-31 23:59:59"),
    Case(
      "{{ (toTime 1e9).Truncate 3600000000000 }}|{{ (toTime 1e9).Round 3600000000000 }}",
      "2001-09-09 01:00:00 +0000 UTC|2001-09-09 02:00:00 +0000 UTC"),
    Case(
      "{{ (toTime 0.5).Truncate (toDuration 604800.0) }} {{ (toTime 0.0).Round 0 }}",
      "1969-12-29 00:00:00 +0000 UTC 1970-01-01 00:00:00 +0000 UTC"),
    Case("{{ (toTime 0.0).Location }}", "UTC"),
    Case("{{ humanizeTimestamp 1435065584.128 }}", "2015-06-23 13:19:44.128 +0000 UTC"),
  ]

  static let numbers = [
    Case(
      "{{ humanize 0.0 }} {{ humanize 1.0 }} {{ humanize 1234567.0 }} {{ humanize .12 }} {{ humanize \"1e-7\" }}",
      "0 1 1.235M 120m 100n"),
    Case(
      "{{ humanize -999.9 }} {{ humanize 1000 }} {{ humanize 1e30 }} {{ humanize \"NaN\" }} {{ humanize \"+Inf\" }}",
      "-999.9 1k 1e+06Y NaN +Inf"),
    Case(
      "{{ humanize1024 1048576.0 }} {{ humanize1024 1.0 }} {{ humanize1024 0.5 }} {{ humanize1024 -2048 }}",
      "1Mi 1 0.5 -2ki"),
    Case(
      "{{ humanizeDuration 0 }} {{ humanizeDuration 59.999 }} {{ humanizeDuration 60 }} {{ humanizeDuration 3600 }} {{ humanizeDuration 90061 }}",
      "0s 60s 1m 0s 1h 0m 0s 1d 1h 1m 1s"),
    Case(
      "{{ humanizeDuration 0.1 }} {{ humanizeDuration -1 }} {{ humanizeDuration -0.001 }} {{ humanizeDuration 1e-9 }}",
      "100ms -1s -1ms 1ns"),
    Case(
      "{{ humanizeDuration 2e9 }} {{ humanizeDuration 1e20 }}",
      "23148d 3h 33m 20s -106751991167300d -15h -30m -8s"),
    Case(
      "{{ humanizePercentage 0.12345 }} {{ humanizePercentage 1 }} {{ humanizePercentage -0.5 }}",
      "12.35% 100% -50%"),
  ]

  @Test(arguments: language + functions + numbers)
  func `expand as Go does`(test: Case) throws {
    #expect(try expand(test.text) == test.want)
  }

  @Test(arguments: [
    "{{ .Nope }}", "{{ $labels.job.deep }}", "{{ gt $value 1 }}", "{{ index (query \"q\") 9 }}",
    "{{ first (query \"none\") }}", "{{ humanize \"x\" }}", "{{ humanize $labels }}",
    "{{ toUpper 1 }}", "{{ template \"none\" }}", "{{ nil }}", "{{ $value 1 }}",
    "{{ lt true false }}",
    "{{ reReplaceAll \"(\" \"\" \"\" }}", "{{ query 1 }}", "{{ parseDuration \"x\" }}",
    "{{ range $value }}{{ end }}", "{{ label \"a\" \"b\" }}", "{{ len 1 }}",
    "{{ slice \"abc\" 2 1 }}",
    "{{ (toTime 0.0).Nope }}", "{{ toTime 1e300 }}", "{{ safeHtml \"x\" | toUpper }}",
    "{{ printf }}", "{{ not }}", "{{ eq 1 }}", "{{ call $labels.job 1 }}",
    "{{ define \"loop\" }}{{ template \"loop\" }}{{ end }}{{ template \"loop\" }}",
    "{{ range 1000 }}{{ range 1000 }}{{ end }}{{ end }}",
    "{{ (args 1).arg5.deep }}", "{{ index nil }}", "{{ humanize \"1e400\" }}",
    "{{ range 100000 }}0123456789012345678901234567890{{ end }}", "{{ $x = 1 }}{{ $nope = 2 }}",
  ])
  func `fail inside the text`(text: String) throws {
    let result = try expand(text)
    #expect(result.hasPrefix("<error expanding template: "), "\(result)")
  }

  @Test(arguments: [
    ("{{", 0), ("{{ if }}x{{ end }}", 6), ("{{ if true }}x", 14), ("x{{ end }}", 1),
    ("{{ nope 1 }}", 3), ("{{ $nope }}", 3), ("{{ 1 | 2 }}", 7), ("{{ break }}", 3),
    ("{{ range }}{{ end }}", 9), ("{{ (1 }}", 3), ("{{ 1) }}", 4), ("{{ \"a }}", 3),
    ("{{ /* c */ }}", 3), ("{{/* c", 0), ("{{ 1.2.3 }}", 3), ("{{ template x }}", 12),
    ("{{ define \"a\" }}{{ $labels }}{{ end }}", 19), ("{{ $a, $b := 1 }}", 5),
    ("{{ if true }}{{ define \"a\" }}{{ end }}{{ end }}", 16), ("{{ \"a\".b }}", 3),
    ("{{ $value.x! }}", 11), ("{{ else }}", 0), ("{{ 1 : 2 }}", 5),
    ("{{ 1e400 }}", 3), ("{{ 08 }}", 3), ("{{ 'ab' }}", 3),
  ])
  func `refuse`(text: String, offset: Int) {
    let error = #expect(throws: TemplateError.self) { try Template(text) }
    #expect(error?.range.lowerBound == offset, "\(String(describing: error))")
  }

  @Test func `suggest the name that was meant`() {
    let error = #expect(throws: TemplateError.self) { try Template("{{ humanise $value }}") }
    #expect(error?.message == "unknown function \"humanise\"; did you mean \"humanize\"?")
    let other = #expect(throws: TemplateError.self) { try Template("{{ $label.job }}") }
    #expect(other?.message == "undefined variable \"$label\"; did you mean \"$labels\"?")
  }

  @Test func `baseline variables belong to baseline rules`() throws {
    #expect(throws: TemplateError.self) { try Template("{{ $expected }}") }
    let template = try Template("{{ $expected }} {{ $score }}", variables: .baseline)
    var context = TemplateContext(labels: .empty, value: 1)
    context.measure.expected = 4
    #expect(template.expand(in: context) == "4 NaN")
  }

  @Test(arguments: [
    ("plain", true), ("{{ $labels.job }}", true), ("{{ .Labels.job | toUpper }}", true),
    ("{{ $value }}", false), ("{{ .Value }}", false), ("{{ $.Value }}", false), ("{{ . }}", false),
    ("{{ query \"up\" | len }}", false), ("{{ now }}", false),
    ("{{ with $labels.job }}{{ . }}{{ end }}", false),
    ("{{ if $labels.job }}a{{ end }}", true), ("{{ $externalLabels.x }}", true),
  ])
  func `know what they depend on`(text: String, isFixed: Bool) throws {
    #expect(try Template(text).dependsOnLabelsAlone == isFixed)
  }
}
