import Rules
import Statistics

/// Groups of rules of every kind, chosen and ordered by a seed.
enum RandomRules {
  private static let pool = [
    """
    - record: ratio
      expr: |
        sum by (service) (rate(requests_total{code="500"}[2m]))
          / sum by (service) (rate(requests_total[2m]))
    """,
    """
    - record: load
      expr: sum by (service) (avg_over_time(cpu[3m]) * on(service, instance) cpu_limit)
    """,
    """
    - record: spread
      expr: stddev_over_time(cpu[4m]) + stdvar_over_time(pool[7m]) or deriv(pool[5m])
    """,
    """
    - alert: Errors
      expr: sum without (code, instance) (increase(requests_total{code="500"}[1m])) > 60
      for: 1m
      keep_firing_for: 2m
      labels: {severity: critical}
      annotations: {summary: "{{ $labels.service }} at {{ $value }}"}
    """,
    """
    - alert: CPU
      threshold: {of: cpu, above: {low: 0.7, medium: 0.95, high: 1.01}, clear: 0.5}
      for: 45s
    """,
    """
    - alert: PoolRunsOut
      threshold: {of: pool, above: 0.97, exhausts: {at: 1.0, within: 20m}}
    """,
    """
    - alert: Odd
      baseline: {of: 'avg by (service) (cpu)', minimum: 0.1, learn: 10m}
    """,
    """
    - alert: OddEach
      baseline: {of: 'rate(requests_total{code="500"}[1m])', direction: above, learn: 8m}
      for: 30s
    """,
    """
    - alert: Slow
      expr: histogram_quantile(0.9, sum by (le, service) (rate(latency_bucket[3m]))) > 0.9
    """,
    """
    - alert: Sizes
      expr: histogram_quantile(0.5, sum by (service) (rate(sizes[2m]))) > 1.5
    """,
    """
    - alert: Peak
      expr: max_over_time(sum by (service) (rate(requests_total[1m]))[10m:30s]) > 20
      for: 5m
    """,
    """
    - alert: Down
      expr: up == 0 or absent(up{instance="api-2"}) or absent_over_time(up{instance="db-2"}[2m])
      labels: {value: "{{ $value }}"}
    """,
    """
    - record: kinds
      expr: count_values("step", round(cpu, 0.2)) unless on(step) count_values("step", pool)
    """,
    """
    - alert: Top
      expr: topk(2, cpu / on(instance) group_left pool) > 1.2
    """,
    """
    - alert: Flapping
      expr: changes(up[5m]) + resets(requests_total{code="500"}[5m]) * 0 > 0
    """,
    """
    - alert: Firing
      expr: count(ALERTS{alertstate="firing"}) > 1
    """,
    """
    - record: moved
      expr: label_replace(irate(requests_total[1m] offset 1m), "kind", "$1", "instance", "(.*)-.*")
    """,
    """
    - record: least
      expr: min_over_time(cpu[6m]) + predict_linear(pool[6m], 600) - idelta(pool[2m])
    """,
    """
    - alert: Held
      expr: last_over_time(cpu[2m]) > 0.9 and quantile_over_time(0.8, cpu[3m]) > 0.8
    """,
  ]

  static func text(seed: UInt64, leavingOut gone: Int? = nil) -> String {
    var numbers = SplitMix64(seed: seed)
    var rules = pool.shuffled(using: &numbers)
    rules = Array(rules.prefix(numbers.number(6..<pool.count + 1)))
    if let gone { rules.remove(at: gone % rules.count) }
    var text = "groups:\n"
    for (number, interval) in ["15s", "30s", "1m"].enumerated() {
      let own = rules.indices.filter { $0 % 3 == number }.map { rules[$0] }
      text += "  - name: g\(number)\n    interval: \(interval)\n"
      if number == 2 { text += "    query_offset: 20s\n    limit: 9\n" }
      text += "    rules:\n"
      for rule in own {
        text += rule.split(separator: "\n").map { "      \($0)\n" }.joined()
      }
    }
    return text
  }

  static func set(seed: UInt64, leavingOut gone: Int? = nil) -> RuleSet? {
    let text = text(seed: seed, leavingOut: gone)
    return RuleSet.read([RuleSet.Source(path: "rules.yml", text: text)]).ruleSet
  }
}
