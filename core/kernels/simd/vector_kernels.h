#pragma once

#include <cstdint>

/// The inner loops of the fused operators, without LibTorch and without threads: each works on the rows it is given.
///
/// One source (variant.cpp and the headers it includes) is compiled several times for different instruction sets;
/// vectorKernels() picks the best one the processor has, once. Nothing outside this folder may be compiled with
/// special instruction sets: inline functions of headers would leak into portable code.
namespace lorashear::simd {

enum class Storage { F32, BF16, F16 };

/// Elements as they are stored. F16 must be finite (loading checks that).
struct Matrix {
    const void* data = nullptr;
    Storage storage = Storage::F32;
};

/// Keeps element i iff hash(key, i) >= threshold, scaled by inverseKeep; threshold 0 keeps all.
struct Dropout {
    std::uint32_t key = 0;
    std::uint32_t threshold = 0;
    float inverseKeep = 1;
};

/// One summand of a rank update: base + keep * u m. rank 0 leaves the product out.
struct RankPart {
    Matrix base;  ///< [rows, cols], all parts of one job stored alike
    std::int64_t rank = 0, uStride = 0;
    const float *u = nullptr, *m = nullptr;  ///< [rows, rank], rows uStride apart; [rank, cols]
    Dropout dropout;
};

/// out[i, :] = colMask * (rowScale[i] * colScale * (sum_p base_p[i, :] + bias) + sum_p keep_p(i, :) * sum_r u_p[i, r] m_p[r, :]).
/// Null vectors are ones (bias: zeros). A base may be out itself when stored F32.
struct RankUpdate {
    std::int64_t rows = 0, cols = 0;
    std::int64_t firstRow = 0;  ///< row number of row 0, for dropout's element numbers
    const RankPart* parts = nullptr;
    int count = 1;
    const float *rowScale = nullptr, *colScale = nullptr, *bias = nullptr, *colMask = nullptr;
    float* out = nullptr;
};

/// out[i, r] = sum_k keep(i, k) x[i, k] m[r, k].
struct DotRows {
    Matrix x;  ///< [rows, cols]
    const float* m = nullptr;
    std::int64_t rows = 0, cols = 0, rank = 0;
    std::int64_t firstRow = 0;  ///< row number of row 0, for dropout's element numbers
    Dropout dropout;
    float* out = nullptr;
    std::int64_t outStride = 0;
    std::uint16_t* half = nullptr;     ///< [rows, cols]: unless null and for a rank above 0, receives x in bf16
    const float* halfScale = nullptr;  ///< [cols]: factors of what half receives; null: ones
};

/// out[r, c] += sum_i v[i, r] keep(i, c) x[i, c] for columns [begin, end).
struct OuterSum {
    const float* v = nullptr;
    std::int64_t vStride = 0;
    const float* x = nullptr;  ///< [rows, cols]
    std::int64_t rows = 0, cols = 0, rank = 0, begin = 0, end = 0;
    Dropout dropout;
    float* out = nullptr;  ///< [rank, cols]
};

/// One attention head; rows are `stride` floats apart. Query t stands at position past + t and sees keys 0 ... past + t, with a
/// window only the last `window` of these.
struct AttentionHead {
    int headDim = 0;
    int rotated = 0;          ///< features at the start of a row that carry rotary positions; even
    std::int64_t window = 0;  ///< 0: none
    float scale = 1;          ///< of scores
    float softCap = 0;        ///< scores become softCap * tanh(score / softCap); 0: they stay
    std::int64_t past = 0;
    std::int64_t begin = 0, end = 0;                       ///< queries to do
    const float *q = nullptr, *k = nullptr, *v = nullptr;  ///< q as projected; k rotated
    std::int64_t qStride = 0, kStride = 0, vStride = 0;    ///< dq strides are q's
    const float *cos = nullptr, *sin = nullptr;            ///< [position][rotated / 2], row 0 is position 0
    float* out = nullptr;                                  ///< forward: written, backward: read; strides are q's
    float* logSumExp = nullptr;                            ///< [queries], natural log; forward writes it unless null
    const float* dout = nullptr;                           ///< backward only, strides are q's
    float* dq = nullptr;
    float *dk = nullptr, *dv = nullptr;  ///< [keys][attentionRow(headDim)], added to; dk in rotated space
    float* scratch = nullptr;            ///< attentionScratch(headDim, keys) floats, 64-byte aligned
};

/// Of one row of logits, in nats.
struct RowLosses {
    float nll = 0, kl = 0;
};

struct VectorKernels {
    const char* name;  ///< instruction set

    void (*rmsNorm)(const float* x, const float* weight, std::int64_t rows, std::int64_t cols, float eps, float* y,
                    float* rstd);
    void (*rmsNormBackward)(const float* dy, const float* x, const float* weight, const float* rstd, std::int64_t rows,
                            std::int64_t cols, float* dx);
    void (*swiglu)(const float* gate, const float* up, std::int64_t count, float* y);
    void (*swigluBackward)(const float* dy, const float* gate, const float* up, std::int64_t count, float* dgate,
                           float* dup);

    void (*widen)(const std::uint16_t* half, std::int64_t count, float* y);   ///< bf16 to fp32
    void (*narrow)(const float* x, std::int64_t count, std::uint16_t* half);  ///< fp32 to the nearest bf16, ties to even

    /// -log softmax(logits)[target] of one row; with gradient the row becomes softmax - onehot(target).
    float (*nllRow)(float* logits, std::int64_t count, std::int64_t target, bool gradient);
    /// -log softmax(student)[target] (0 for target -1: none) and KL(softmax(teacher) || softmax(student)) of one row; with gradient student becomes that of
    /// (1 - weight) nll + weight kl, which is softmax(student) - (1 - weight) onehot(target) - weight softmax(teacher). teacher is overwritten.
    RowLosses (*taughtRow)(float* student, float* teacher, std::int64_t count, std::int64_t target, float weight,
                           bool gradient);

    void (*rankUpdate)(const RankUpdate& job);
    void (*dotRows)(const DotRows& job);
    void (*outerSum)(const OuterSum& job);

    std::int64_t (*attentionRow)(int headDim);
    std::int64_t (*attentionScratch)(int headDim, std::int64_t keys);
    std::int64_t attentionBlock;  ///< queries that are worked on at once: split [begin, end) at its multiples
    void (*attentionForward)(const AttentionHead& head);
    void (*attentionBackward)(const AttentionHead& head);
    /// Rotates the first `rotated` features of `rows` rows of one head from position `first` on and copies the others; inverse: by
    /// the negative angle. In place is fine.
    void (*rotate)(const float* x, std::int64_t xStride, std::int64_t rows, std::int64_t first, int headDim, int rotated,
                   const float* cos, const float* sin, bool inverse, float* y, std::int64_t yStride);
};

/// The best variant for this processor.
const VectorKernels& vectorKernels();
/// All variants this processor can run, slowest first (tests compare them).
const VectorKernels* const* runnableKernels(int& count);

}  // namespace lorashear::simd
