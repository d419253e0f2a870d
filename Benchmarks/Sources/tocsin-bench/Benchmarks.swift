/// Every benchmark, in the order in which they run.
let benchmarks =
  decoderBenchmarks + storeBenchmarks + windowBenchmarks + operatorBenchmarks
  + alertBenchmarks + durabilityBenchmarks
