#pragma once

namespace lorashear::bench {

/// Rows about the stages of a run and about the programs, each printed as a line. quick: fewer repeats.
void printPruningOverhead(bool quick);  ///< LHSPG step over a plain LoRA step, stories260K
void printStartup(bool quick);          ///< wall time and peak memory of both programs until they answer

}  // namespace lorashear::bench
