#pragma once

#include "core/recover/schemes/blockwise.h"
#include "core/recover/schemes/cola.h"
#include "core/recover/schemes/dynamic.h"
#include "core/recover/schemes/dynamic_batch.h"
#include "core/recover/schemes/full.h"
#include "core/recover/schemes/loramoe.h"
#include "core/recover/schemes/prunelora.h"
#include "core/recover/schemes/static.h"

#include <tuple>

namespace lorashear {

/// The recovery schemes, one a line; the first is the default. Recipes, windows and the engine all read this row. A scheme is a struct with
/// kId, kTitle, kHelp, kNeedsDense, its Options, their table, the schedule that they make of phases, perhaps requireRoom(), and make(), which alone needs LibTorch.
using BuiltinSchemes = std::tuple<  //
    DynamicRecovery,                //
    StaticRecovery,                 //
    ColaRecovery,                   //
    DynamicBatchRecovery,           //
    BlockwiseRecovery,              //
    PruneLoraRecovery,              //
    LoraMoeRecovery,                //
    FullRecovery>;

}  // namespace lorashear
