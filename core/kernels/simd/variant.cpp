// One instruction set's kernels; compiled once per set with LORASHEAR_SIMD naming it.
#include "core/kernels/simd/attention_loops.h"
#include "core/kernels/simd/rank_loops.h"
#include "core/kernels/simd/row_loops.h"
#include "core/kernels/simd/vector_kernels.h"

#define LS_TEXT(x) #x
#define LS_NAME(x) LS_TEXT(x)

namespace lorashear::simd {
inline namespace LORASHEAR_SIMD {

extern const VectorKernels kKernels;
const VectorKernels kKernels = {
    LS_NAME(LORASHEAR_SIMD),
    rmsNorm,
    rmsNormBackward,
    swiglu,
    swigluBackward,
    widen,
    narrow,
    nllRow,
    taughtRow,
    rankUpdate,
    dotRows,
    outerSum,
    attentionRow,
    attentionScratch,
    kLanes,
    attentionForward,
    attentionBackward,
    rotate,
};

}  // namespace LORASHEAR_SIMD
}  // namespace lorashear::simd
