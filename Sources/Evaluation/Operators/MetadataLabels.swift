import Model

extension Labels {
  /// The labels without the metric's name, type and unit, which say what a metric is, not what it is
  /// about: they go when a result is another quantity than its operand.
  var withoutMetadata: Labels {
    // Three comparisons cost less than a hash, and this is asked for every label of every series.
    filter { $0 != Labels.metricName && $0 != Labels.metricType && $0 != Labels.metricUnit }
  }
}
