#pragma once

#include "core/bench/bench_result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

struct Bench;
class BenchFolder;

/// One model that was measured. NaN: not measured, or nothing to compare with.
struct BenchRow {
    std::string method, model;
    double ratio = 0;                   ///< asked for; 0: the original
    std::optional<std::uint64_t> seed;  ///< none: the dense model
    std::int64_t parameters = 0, steps = 0, tokens = 0;
    double calibrationTokens = 0;                 ///< NaN: not counted
    double perplexity = 0;                        ///< of the first text
    double before = 0;                            ///< the same right after pruning
    double bitsPerByte = 0;                       ///< where vocabularies differ
    double retention = 0;                         ///< dense perplexity over this one
    PairedDifference aboveDense, aboveAdapted;    ///< nll of the first text above theirs, window by window
    double adaptedRetention = 0;                  ///< that of the adapted original with the same seed over this one
    double accuracy = 0, normalisedAccuracy = 0;  ///< means over tasks
    double sevenTasks = 0;                        ///< the mean that publications give (core/eval/presets.h)
    std::map<std::string, double> texts;          ///< perplexities
    std::map<std::string, BenchTask> tasks;
    std::optional<BenchCosts> costs;
    std::string problem;  ///< why there are no figures
};

/// Mean and sample standard deviation (n - 1) over seeds; spread is NaN for one.
struct BenchSpread {
    double mean = 0, spread = 0;
    int count = 0;
};

/// Rows that differ in nothing but the seed.
struct BenchSummary {
    std::string method, model;
    double ratio = 0;
    std::int64_t parameters = 0;  ///< mean, rounded
    std::int64_t tokens = 0;      ///< likewise
    BenchSpread calibrationTokens, perplexity, before, bitsPerByte, retention, adaptedRetention, accuracy,
        normalisedAccuracy, sevenTasks, seconds, peakBytes;
};

struct BenchTable {
    std::vector<BenchRow> rows;
    std::vector<BenchSummary> summaries;
    std::vector<std::string> warnings;
    std::vector<std::string> missing;  ///< titles of jobs that are not done
    std::string headline, protocol;    ///< the first text's name, how it is cut
    std::string countedBy;             ///< name of the model whose tokens are counted; "": each model's own
    bool tasks = false;
};

/// Of what is there. countedBy: path that countingModel() gives.
BenchTable benchTable(const Bench& bench, const BenchFolder& folder, const std::string& countedBy);

/// {rows, summary, warnings, missing, headline, protocol, perplexity_per}: without seconds and bytes, which timesJson() has by row.
nlohmann::json tableJson(const BenchTable& table);
nlohmann::json timesJson(const BenchTable& table);
/// Both in one, as `lorashear bench --json` prints it.
nlohmann::json wholeJson(const BenchTable& table);

}  // namespace lorashear
