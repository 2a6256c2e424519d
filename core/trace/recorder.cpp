#include "core/trace/recorder.h"

#include "core/base/error.h"
#include "core/model/scope.h"

#include <ATen/ATen.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/grad_mode.h>
#include <ATen/record_function.h>

#include <unordered_map>

namespace lorashear::trace {

namespace {

/// Holds every tensor met, and names it by its TensorImpl.
class Ledger {
public:
    int idOf(const at::Tensor& tensor) {
        const auto found = m_ids.find(tensor.unsafeGetTensorImpl());
        return found != m_ids.end() ? found->second : create(tensor);
    }

    bool knows(const at::Tensor& tensor) const { return m_ids.count(tensor.unsafeGetTensorImpl()) > 0; }

    /// A new value for this tensor's identity, whether it had one or not.
    int create(const at::Tensor& tensor) {
        const int id = static_cast<int>(recording.values.size());
        m_ids[tensor.unsafeGetTensorImpl()] = id;
        m_held.push_back(tensor);
        Value value;
        value.shape = tensor.sizes().vec();
        recording.values.push_back(std::move(value));
        if (tensor.has_storage()) m_byStorage[tensor.storage().unsafeGetStorageImpl()].push_back(id);
        return id;
    }

    /// Other values that live in the same memory.
    std::vector<int> sharing(const at::Tensor& tensor, int exceptId) const {
        std::vector<int> others;
        if (!tensor.has_storage()) return others;
        const auto found = m_byStorage.find(tensor.storage().unsafeGetStorageImpl());
        if (found == m_byStorage.end()) return others;
        for (int id : found->second)
            if (id != exceptId) others.push_back(id);
        return others;
    }

    Recording recording;
    int depth = 0;
    Call pending;
    std::vector<at::Tensor> pendingInputs;
    bool pendingMutable = false;

private:
    std::unordered_map<c10::TensorImpl*, int> m_ids;
    std::unordered_map<c10::StorageImpl*, std::vector<int>> m_byStorage;
    std::vector<at::Tensor> m_held;
};

Ledger*& activeLedger() {
    thread_local Ledger* ledger = nullptr;
    return ledger;
}

void readScalar(const c10::IValue& value, Argument& argument) {
    const auto push = [&](std::int64_t number) {
        argument.ints.push_back(number);
        argument.number = static_cast<double>(number);
    };
    if (value.isBool()) return push(value.toBool() ? 1 : 0);
    if (value.isInt()) return push(value.toInt());
    if (value.isDouble()) argument.number = value.toDouble();
    if (value.isSymInt()) return push(value.toSymInt().expect_int());
}

Argument readArgument(Ledger& ledger, const std::string& name, const c10::IValue& value) {
    Argument argument;
    argument.name = name;
    argument.given = !value.isNone();
    const auto addTensor = [&](const at::Tensor& tensor) {
        if (!tensor.defined()) return;
        argument.tensors.push_back(ledger.idOf(tensor));
        ledger.pendingInputs.push_back(tensor);
    };
    if (value.isTensor()) {
        addTensor(value.toTensor());
        argument.given = value.toTensor().defined();
    } else if (value.isList()) {
        for (const c10::IValue& item : value.toListRef()) {
            if (item.isTensor())
                addTensor(item.toTensor());
            else
                readScalar(item, argument);
        }
    } else {
        readScalar(value, argument);
    }
    return argument;
}

// "aten::add_" and "aten::add" are one operator to the rules: both name what comes out.
std::string plainName(const std::string& name) {
    const bool inPlace = name.size() > 1 && name.back() == '_' && name[name.size() - 2] != '_';
    return inPlace ? name.substr(0, name.size() - 1) : name;
}

std::unique_ptr<at::ObserverContext> onStart(const at::RecordFunction& function) {
    auto* ledger = activeLedger();
    if (!ledger || ledger->depth++ > 0) return nullptr;
    ledger->pending = Call();
    ledger->pendingInputs.clear();
    ledger->pending.op = plainName(function.name());
    ledger->pending.scope = ModuleScope::current();
    const auto schema = function.operator_schema();
    ledger->pendingMutable = schema && schema->is_mutable();
    const auto inputs = function.inputs();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const bool named = schema && i < schema->arguments().size();
        const auto name = named ? schema->arguments()[i].name() : "argument" + std::to_string(i);
        ledger->pending.arguments.push_back(readArgument(*ledger, name, inputs[i]));
    }
    return nullptr;
}

void finish(Ledger& ledger, const std::vector<at::Tensor>& results) {
    auto& call = ledger.pending;
    bool anyNew = false;
    for (const auto& result : results) {
        const bool sameAsInput = ledger.knows(result);
        if (sameAsInput && !ledger.pendingMutable) {
            call.outputs.push_back(ledger.idOf(result));
            continue;
        }
        anyNew = true;
        if (sameAsInput) {
            const auto others = ledger.sharing(result, ledger.idOf(result));
            call.clobbered.insert(call.clobbered.end(), others.begin(), others.end());
        }
        call.outputs.push_back(ledger.create(result));
    }
    // A conversion to the type it has already, or a size query: nothing happened to any tensor.
    if (anyNew) ledger.recording.calls.push_back(std::move(call));
}

void onEnd(const at::RecordFunction& function, at::ObserverContext*) {
    auto* ledger = activeLedger();
    if (!ledger || --ledger->depth > 0) return;
    std::vector<at::Tensor> results;
    for (const auto& output : function.outputs()) {
        if (output.isTensor() && output.toTensor().defined()) results.push_back(output.toTensor());
        if (output.isTensorList())
            for (const at::Tensor& tensor : output.toTensorVector()) results.push_back(tensor);
    }
    finish(*ledger, results);
}

/// Observes this thread while alive.
class Observation {
public:
    explicit Observation(Ledger& ledger) {
        activeLedger() = &ledger;
        ModuleScope::recording() = true;
        m_handle = at::addThreadLocalCallback(at::RecordFunctionCallback(onStart, onEnd)
                                                  .needsInputs(true)
                                                  .needsOutputs(true)
                                                  .scopes({at::RecordScope::FUNCTION}));
    }
    ~Observation() {
        at::removeCallback(m_handle);
        ModuleScope::recording() = false;
        activeLedger() = nullptr;
    }
    Observation(const Observation&) = delete;
    Observation& operator=(const Observation&) = delete;

private:
    at::CallbackHandle m_handle;
};

}  // namespace

Recording record(const std::vector<KnownTensor>& known, const at::Tensor& input,
                 const std::function<at::Tensor()>& forward) {
    requireMetaKernels();
    at::NoGradGuard noGradients;
    Ledger ledger;
    for (const auto& one : known) {
        if (ledger.knows(one.tensor)) continue;
        auto& value = ledger.recording.values[static_cast<std::size_t>(ledger.create(one.tensor))];
        value.parameter = one.name;
        value.role = one.role;
    }
    ledger.recording.values[static_cast<std::size_t>(ledger.create(input))].input = true;
    at::Tensor output;
    {
        const Observation observation(ledger);
        output = forward();
    }
    if (ledger.recording.calls.empty())
        throw Error(ErrorCode::Internal, "trace", "no operator was observed",
                    "Is the record function machinery switched off?");
    ledger.recording.outputs.push_back(ledger.idOf(output));
    return std::move(ledger.recording);
}

}  // namespace lorashear::trace
