// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product's build does not carry it:
//   TOCSIN_FLOOR=6 swift run -c release --package-path Benchmarks tocsin-bench
let package = Package(
  name: "tocsin-benchmarks",
  dependencies: [.package(name: "tocsin", path: "..")],
  targets: [
    .executableTarget(
      name: "tocsin-bench",
      dependencies: [
        .product(name: "TocsinCore", package: "tocsin"),
        .product(name: "TocsinStorage", package: "tocsin"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"), .treatAllWarnings(as: .error),
      ])
  ])
