#pragma once

#include "core/plan/loss_forecast.h"
#include "core/run/command.h"
#include "core/run/run_event.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QTimer>

#include <map>
#include <optional>
#include <vector>

namespace lorashear::ui {

class Session;

/// What other sizes of the plan would cost before any training: foretold from one knowledge analysis, and measured with masks by the idle worker at a
/// few of them. What was measured is kept for as long as the window is open: going back to a size asks for nothing. GUI thread only.
class WhatIf : public QObject {
    Q_OBJECT
public:
    explicit WhatIf(Session& session, QObject* parent = nullptr);

    struct Measured {
        double nll = 0, spread = 0;  ///< nats per token on the analysis text, standard error
        QString text, protocol;      ///< what the masked model wrote
    };
    struct Size {
        double asked = 0;                  ///< ratio of the plan
        double ratio = 0, parameters = 0;  ///< that go, of the parameters; parameters that are left
        std::vector<GroupRef> groups;      ///< that would go; empty for the original
        std::vector<int> removed;          ///< by node group
        bool foretold = false, wanted = false;
        ForecastLoss added;  ///< calibrated by what was measured
        std::optional<Measured> measured;
    };

    void setWanted(bool wanted);  ///< somebody looks: without it nothing is computed
    bool wanted() const { return m_wanted; }
    const std::vector<Size>& sizes() const { return m_sizes; }  ///< rising, the original first; empty until it is wanted
    Size current() const;                                       ///< the plan as it is now
    /// Any other plan under the same settings: foretold, and measured where its groups were. Without `removed`: it cannot be made.
    Size sizeOf(const PlanOptions& options) const;
    enum class Also { NextCut, Shapes };
    /// To be measured right behind the plan, while somebody looks.
    void setAlso(Also what, std::vector<std::vector<GroupRef>> sets) { m_also[what] = std::move(sets); }
    std::optional<Measured> original() const { return known({}); }
    double baseline() const;  ///< nll of the original; below 0: not known yet
    /// Why nothing can be said of this plan, in a sentence; "" when something can.
    QString refusal() const;
    const QString& failure() const { return m_failure; }  ///< of the last measurement

    /// What is to be measured next, the original and the plan as it is now first; nothing when all is known.
    std::optional<command::TryMasked> next() const;
    void tryAgain() { m_givenUp.clear(); }  ///< what failed is to be asked for once more
    void hear(const RunEvent& event, const command::TryMasked& asked);

    /// To be measured before all else, whether or not somebody looks at the sizes: a person asks. Sets that are known already are not measured again.
    void ask(const std::vector<std::vector<GroupRef>>& sets);
    bool asked() const { return !m_asked.empty(); }
    bool isAsked(const std::vector<GroupRef>& groups) const;
    void stopAsking() { m_asked.clear(); }
    std::optional<Measured> measured(const std::vector<GroupRef>& groups) const { return known(groups); }

Q_SIGNALS:
    void changed();
    void wantedChanged();

private:
    void restart();
    void addSize();
    void calibrate();
    Size sizeFor(double ratio) const;
    Size planned(const PlanOptions& options) const;
    QByteArray keyOf(const std::vector<GroupRef>& groups) const;
    std::optional<Measured> known(const std::vector<GroupRef>& groups) const;
    void foretell(Size& size, const std::vector<MeasuredLoss>& dots) const;
    std::vector<MeasuredLoss> dots() const;

    Session& m_session;
    std::vector<Size> m_sizes;
    std::map<QByteArray, Measured> m_known;
    std::size_t m_at = 0;    ///< set that is measured, of the command that goes on
    QByteArray m_heard;      ///< key of what a Sample belongs to
    std::string m_givenUp;   ///< settings under which nothing could be measured
    std::string m_askedFor;  ///< the recipe without its ratio: what the sizes are of
    const void *m_knowledge = nullptr, *m_saliency = nullptr, *m_structure = nullptr;
    std::vector<std::vector<GroupRef>> m_asked;
    std::map<Also, std::vector<std::vector<GroupRef>>> m_also;
    QString m_failure;
    QTimer m_work;  ///< one size a turn of the event loop
    double m_largest = 0;
    int m_next = 0;
    bool m_wanted = false;
};

}  // namespace lorashear::ui
