#pragma once

#include "core/base/control.h"
#include "core/bench/bench_result.h"
#include "core/run/run_folder.h"

#include <string>

namespace lorashear {

/// Puts perplexities by the tokens of another model's tokenizer, and bits per byte, into the figures of a finished run whose models are still
/// there (core/eval/text_span.h): those of different vocabularies compare.
void countByTokensOf(const std::string& original, const RunFolder& run, BenchResult& result, const Control& control);

}  // namespace lorashear
