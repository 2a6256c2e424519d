#pragma once

#include "core/eval/paired.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>

namespace lorashear {

struct BenchText {
    double perplexity = std::numeric_limits<double>::quiet_NaN();
    double bitsPerByte = std::numeric_limits<double>::quiet_NaN();  ///< only where vocabularies differ
};
struct BenchTask {
    double accuracy = 0, normalisedAccuracy = 0;
    std::int64_t questions = 0;
};

/// What was measured of one model.
struct BenchFigures {
    std::int64_t parameters = 0;
    std::map<std::string, BenchText> texts;
    std::map<std::string, BenchTask> tasks;
};

/// What a finished job leaves for the table: nothing that depends on the machine's speed.
struct BenchResult {
    std::string request;   ///< sha256 of what was asked for (bench_folder.h)
    std::string protocol;  ///< of the first text, in words
    BenchFigures dense, last;
    double before = std::numeric_limits<double>::quiet_NaN();  ///< perplexity of the first text right after pruning
    std::int64_t steps = 0, tokens = 0;                        ///< of training, as they were
    std::int64_t calibrationTokens =
        -1;  ///< read beside training and measuring; -1: of a job of before, which did not count
    WindowLosses denseWindows, lastWindows;  ///< of the first text; empty where windows of models do not pair
};

/// And what does.
struct BenchCosts {
    double seconds = 0;
    std::uint64_t peakBytes = 0;  ///< largest resident memory of the processes that worked on it
};

/// From result.json and events.jsonl of a run. headline: name of the text that stands for all; "" if there is none.
BenchResult benchResultOf(const nlohmann::json& result, const std::filesystem::path& events, const std::string& headline);

nlohmann::json benchResultToJson(const BenchResult& result);
BenchResult benchResultFromJson(const nlohmann::json& stored);
nlohmann::json benchCostsToJson(const BenchCosts& costs);
BenchCosts benchCostsFromJson(const nlohmann::json& stored);

}  // namespace lorashear
