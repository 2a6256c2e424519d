#pragma once

#include "core/prune/methods/block_drop.h"
#include "core/prune/methods/flap.h"
#include "core/prune/methods/lhspg.h"
#include "core/prune/methods/llm_pruner.h"
#include "core/prune/methods/loraprune.h"
#include "core/prune/methods/low_rank.h"
#include "core/prune/methods/magnitude.h"
#include "core/prune/methods/one_shot.h"
#include "core/prune/methods/policy_gradient.h"
#include "core/prune/methods/random_groups.h"
#include "core/prune/methods/search.h"
#include "core/prune/methods/sheared_llama.h"
#include "core/prune/methods/slimllm.h"
#include "core/prune/methods/structured_ffn.h"
#include "core/prune/methods/wanda_sp.h"

#include <tuple>

namespace lorashear {

/// The pruning methods, one a line; the first is the default. Recipes, windows and the engine all read this row. A method is a struct with
/// kId, kTitle, kHelp, its Options, their table, the schedule that they make, and make(), which alone needs LibTorch. One that cuts
/// otherwise than by groups that fade has a plan() beside these, of the request alone, and one of a PlanningTask, which measures first.
using BuiltinMethods = std::tuple<  //
    Lhspg,                          //
    OneShot,                        //
    LoraPrune,                      //
    ShearedLlama,                   //
    PolicyGradient,                 //
    LlmPruner,                      //
    Flap,                           //
    WandaSp,                        //
    SlimLlm,                        //
    Search,                         //
    BlockDrop,                      //
    LowRank,                        //
    StructuredFfn,                  //
    Magnitude,                      //
    RandomGroups>;

}  // namespace lorashear
