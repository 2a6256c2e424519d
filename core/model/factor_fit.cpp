#include "core/model/factor_fit.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstdint>
#include <utility>

/*
Two thin linears for a thick one
--------------------------------
Low rank. Wanted is the matrix V of rank r that changes the linear's output least on calibration inputs:

  min over V of E |W x - V x|^2 = min |(W - V) S|_F^2,   H = E[x x^T] = S S^T (any square root; Cholesky's L here).

By Eckart and Young the best V S keeps the r largest singular values of W S = U D Z^T, and what is lost is the sum of the squares of the others,
exactly: whitened, a singular value says what dropping it costs (SVD-LLM, arXiv 2403.07378; unwhitened ones say so only for inputs that
are as large in all directions). Since U_r U_r^T W S is that same truncation, V = U_r U_r^T W: nothing is ever divided by S, so that an
ill-conditioned or singular H does no harm. U are the eigenvectors of W H W^T, the moment of the outputs: the linear's output is
projected onto its principal directions. second = U_r, first = U_r^T W.

W H W^T is out x out. Where out > in the smaller S^T W^T W S (in x in) gives Z, and U_r spans W S Z_r, from which a QR takes an orthonormal
basis. Eigenvalues are squares of singular values: in fp64 those below 1e-8 of the largest are noise, far under the rounding of what is stored.

H is damped by a ridge, damping * mean(diag H): directions that calibration never showed keep a little weight. FactorFit::lost leaves the ridge
out, FactorFit::spectrum has it in. Without calibration H is the identity and all of this is the ordinary SVD.

Blocks (BlockShuffle of arXiv 2406.16450, Monarch of arXiv 2204.00595). first is block-diagonal, the shuffle hands each of second's blocks r results
of each of first's. Written out, block (j, i) of the whole, out/b x in/b, is

  second_j[:, (., i)] first_i[j r ... (j + 1) r, :],

a product of rank r that shares nothing with any other block. So the nearest such matrix to W, all directions alike, has the rank-r truncation of
every block: b^2 small SVDs. On calibration inputs blocks of one row j work on correlated parts of x, and their errors add up. They start as the
whitened truncations by their own part of H; then, first being what it is, second_j is the least-squares answer to all of them at once,

  second_j = W_j H F_j^T (F_j H F_j^T)^-1,   F_j: the rows of first that feed it,

which no other second beats, the starting one included.
*/

namespace lorashear {

namespace {

// Matrices of large models are taken to fp64 by pieces: whole they would be four times what the file holds.
constexpr std::int64_t kPieceElements = 1 << 22;

// Calls visit(first index, piece in fp64) for a matrix cut along a dimension.
template <typename Visit>
void forPieces(const at::Tensor& w, int dim, Visit visit) {
    const auto most = std::max<std::int64_t>(1, kPieceElements / std::max<std::int64_t>(1, w.size(1 - dim)));
    for (std::int64_t at = 0; at < w.size(dim); at += most)
        visit(at, w.narrow(dim, at, std::min(most, w.size(dim) - at)).to(at::kDouble));
}

at::TensorOptions fp64Like(const at::Tensor& w) {
    return w.options().dtype(at::kDouble);
}

// W right, fp64.
at::Tensor times(const at::Tensor& w, const at::Tensor& right) {
    std::vector<at::Tensor> rows;
    forPieces(w, 0, [&](std::int64_t, const at::Tensor& piece) { rows.push_back(piece.mm(right)); });
    return at::cat(rows);
}

// left W, fp64.
at::Tensor appliedTo(const at::Tensor& left, const at::Tensor& w) {
    auto sum = at::zeros({left.size(0), w.size(1)}, fp64Like(w));
    forPieces(w, 0, [&](std::int64_t at, const at::Tensor& piece) { sum.addmm_(left.narrow(1, at, piece.size(0)), piece); });
    return sum;
}

// The ridge is in it. fp64; undefined: the identity.
at::Tensor dampedMoment(const at::Tensor& moment, double damping, const at::Tensor& like) {
    if (!moment.defined()) return {};
    auto h = moment.to(like.device(), at::kDouble).clone();
    h.diagonal().add_(damping * h.diagonal().mean() + 1e-30);
    return h;
}

struct Principal {
    at::Tensor directions;         ///< [out, rank] orthonormal, the first ones of W S
    std::vector<double> spectrum;  ///< squared singular values, falling
};

// W H W^T where W is wide, else S^T W^T W S.
at::Tensor gramOf(const at::Tensor& w, const at::Tensor& h, const at::Tensor& root) {
    const bool isWide = w.size(0) <= w.size(1);
    if (h.defined() && isWide) {
        const auto all = w.to(at::kDouble);
        return all.mm(h).mm(all.t());
    }
    const auto ws = root.defined() ? times(w, root) : w;
    const auto side = std::min(w.size(0), w.size(1));
    auto gram = at::zeros({side, side}, fp64Like(w));
    forPieces(ws, isWide ? 1 : 0, [&](std::int64_t, const at::Tensor& piece) {
        isWide ? gram.addmm_(piece, piece.t()) : gram.addmm_(piece.t(), piece);
    });
    return gram;
}

Principal principalOf(const at::Tensor& w, const at::Tensor& h, std::int64_t rank) {
    Principal found;
    const bool isWide = w.size(0) <= w.size(1);
    const auto root = isWide || !h.defined() ? at::Tensor() : at::linalg_cholesky(h);
    const auto [values, vectors] = at::linalg_eigh(gramOf(w, h, root));
    const auto falling = values.flip(0).clamp_min(0).cpu().contiguous();
    found.spectrum.assign(falling.data_ptr<double>(), falling.data_ptr<double>() + falling.numel());
    const auto largest = vectors.narrow(1, vectors.size(1) - rank, rank).flip(1);
    if (isWide)
        found.directions = largest;
    else
        found.directions = std::get<0>(at::linalg_qr(times(w, root.defined() ? root.mm(largest) : largest)));
    return found;
}

// Of rows of W, or of what they lose.
double energyOf(const at::Tensor& rows, const at::Tensor& moment) {
    return (moment.defined() ? rows.mm(moment).mul(rows).sum() : rows.square().sum()).item<double>();
}

// Feature (p, i) that block j of second reads, p < rank, is result j * rank + p of first's block i.
at::Tensor feedOf(const std::vector<at::Tensor>& first, int block, int rank, int blocks) {
    const auto part = first.front().size(1);
    auto feed = at::zeros({std::int64_t{rank} * blocks, part * blocks}, first.front().options());
    for (int i = 0; i < blocks; ++i)
        for (int p = 0; p < rank; ++p)
            feed[p * blocks + i].narrow(0, i * part, part).copy_(first[static_cast<std::size_t>(i)][block * rank + p]);
    return feed;
}

void fitBlocks(FactorFit& fit, const at::Tensor& w, const Factor& factor, const at::Tensor& h) {
    const int b = factor.blocks, rank = factor.rank;
    const auto rows = w.size(0) / b, columns = w.size(1) / b;
    for (int i = 0; i < b; ++i) {
        const auto own = h.defined() ? h.narrow(0, i * columns, columns).narrow(1, i * columns, columns) : at::Tensor();
        auto first = at::empty({std::int64_t{b} * rank, columns}, fp64Like(w));
        for (int j = 0; j < b; ++j) {
            const auto block = w.narrow(0, j * rows, rows).narrow(1, i * columns, columns);
            first.narrow(0, j * rank, rank).copy_(appliedTo(principalOf(block, own, rank).directions.t(), block));
        }
        fit.first.push_back(first);
    }
    for (int j = 0; j < b; ++j) {
        const auto feed = feedOf(fit.first, j, rank, b);
        const auto hf = h.defined() ? h.mm(feed.t()) : feed.t();
        fit.second.push_back(
            times(w.narrow(0, j * rows, rows), hf).mm(at::linalg_pinv(feed.mm(hf), 1e-13, /*hermitian=*/true)));
    }
}

// E |W x|^2 and E |W x - V x|^2, by rows.
void measureFit(FactorFit& fit, const at::Tensor& w, const Factor& factor, const at::Tensor& moment) {
    std::vector<at::Tensor> inner;
    for (const auto& part : fit.first) inner.push_back(part.to(at::kDouble));
    const auto rows = w.size(0) / factor.blocks;
    for (int j = 0; j < factor.blocks; ++j) {
        const auto& second = fit.second[static_cast<std::size_t>(j)];
        const auto right = factor.blocks == 1 ? inner.front() : feedOf(inner, j, factor.rank, factor.blocks);
        forPieces(w.narrow(0, j * rows, rows), 0, [&](std::int64_t at, const at::Tensor& piece) {
            fit.energy += energyOf(piece, moment);
            const auto made = second.narrow(0, at, piece.size(0)).to(at::kDouble).mm(right).to(at::kFloat);
            fit.lost += energyOf(piece - made.to(at::kDouble), moment);
        });
    }
}

}  // namespace

FactorFit factorise(const at::Tensor& weight, const Factor& factor, const at::Tensor& moment, double damping) {
    at::NoGradGuard guard;
    const auto w = weight.detach();
    const auto h = dampedMoment(moment, damping, w);
    FactorFit fit;
    if (factor.blocks == 1) {
        auto principal = principalOf(w, h, factor.rank);
        fit.first = {appliedTo(principal.directions.t(), w)};
        fit.second = {principal.directions};
        fit.spectrum = std::move(principal.spectrum);
    } else {
        fitBlocks(fit, w, factor, h);
    }
    for (auto* list : {&fit.first, &fit.second})
        for (auto& part : *list) part = part.to(at::kFloat).contiguous();
    measureFit(fit, w, factor, moment.defined() ? moment.to(w.device(), at::kDouble) : moment);
    return fit;
}

at::Tensor product(const Factor& factor, const std::vector<at::Tensor>& first, const std::vector<at::Tensor>& second) {
    at::NoGradGuard guard;
    const auto wide = [](const at::Tensor& t) { return t.detach().to(at::kDouble); };
    if (factor.blocks == 1) return wide(second.front()).mm(wide(first.front())).to(at::kFloat);
    std::vector<at::Tensor> inner, rows;
    for (const auto& part : first) inner.push_back(wide(part));
    for (int j = 0; j < factor.blocks; ++j)
        rows.push_back(wide(second[static_cast<std::size_t>(j)]).mm(feedOf(inner, j, factor.rank, factor.blocks)));
    return at::cat(rows).to(at::kFloat);
}

}  // namespace lorashear
