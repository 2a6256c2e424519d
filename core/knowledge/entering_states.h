#pragma once

#include "core/base/control.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/model/causal_lm.h"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

namespace lorashear {

/// What enters each block of a model for one batch, where it is wanted: as it was kept (BlockInputs), or from one running state that goes upwards as far as
/// it is asked to, and begins anew when it is asked for a block below.
class EnteringStates {
public:
    /// kept: by block; null where none are.
    EnteringStates(const CausalLM& model, const EvaluationBatch& batch, const std::vector<at::Tensor>* kept,
                   const ForwardContext& context, const Control& control)
        : m_model(model), m_batch(batch), m_kept(kept), m_context(context), m_control(control) {}

    /// [B, T, hidden]; until the next call. Error(Cancelled).
    const at::Tensor& of(std::size_t block) {
        if (m_kept != nullptr) return (*m_kept)[block];
        if (!m_state.defined() || m_reached > block) {
            m_state = m_model.embed(m_batch.ids, m_context);
            m_reached = 0;
        }
        for (; m_reached < block; ++m_reached) {
            m_control.poll();
            m_state = m_model.block(static_cast<int>(m_reached), m_state, m_context);
        }
        return m_state;
    }
    bool computed() const { return m_state.defined(); }  ///< anything

private:
    const CausalLM& m_model;
    const EvaluationBatch& m_batch;
    const std::vector<at::Tensor>* m_kept;
    const ForwardContext& m_context;
    const Control& m_control;
    at::Tensor m_state;
    std::size_t m_reached = 0;  ///< the block that it enters
};

}  // namespace lorashear
