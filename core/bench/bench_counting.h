#pragma once

#include "core/bench/bench_spec.h"

namespace lorashear {

/// The model by whose tokens the perplexities of a bench are counted: the spec's /count_by, else that of the largest vocabulary. "" where all
/// models have one vocabulary and none is asked for: then perplexities are per own token, as everywhere. Errors of Tokenizer::open.
std::string countingModel(const BenchSpec& spec);

}  // namespace lorashear
