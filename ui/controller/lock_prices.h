#pragma once

#include "ui/controller/plan_price.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <string>
#include <vector>

namespace lorashear::ui {

class Session;

/// What a padlock, or a rule that closes several, costs at the ratio of the plan: with it and without it.
struct LockPrice {
    bool shut = false;      ///< as the plan has it now
    bool possible = false;  ///< there is a plan both ways
    PlanPrice price;        ///< from open to shut
    double parameters = 0;  ///< of what it closes that would go with it open and stay with it shut
    double bytes = 0;       ///< of the weights, in the original's type
};

/// The prices of all padlocks of the plan, worked out one a turn of the event loop once the plan has come to rest.
class LockPrices : public QObject {
    Q_OBJECT
public:
    LockPrices(const Session& session, const WhatIf& whatIf, QObject* parent = nullptr);

    void setWanted(bool wanted);
    const LockPrice* of(int nodeGroup) const;                ///< null: not known (yet), or nothing to lock
    const LockPrice* ofRule(const std::string& rule) const;  ///< a pattern of PlanOptions::protect
    bool ready() const { return m_wanted && m_jobs.empty() && !m_rest.isActive(); }

Q_SIGNALS:
    void changed();  ///< all are known, or none any more

private:
    struct Job {
        int nodeGroup = -1;
        std::string rule{};
    };
    void restart();
    void begin();
    void work();
    LockPrice priceOf(const Job& job) const;

    const Session& m_session;
    const WhatIf& m_whatIf;
    std::vector<Job> m_jobs;
    std::map<int, LockPrice> m_ofGroup;
    std::map<std::string, LockPrice> m_ofRule;
    WhatIf::Size m_now;
    QTimer m_rest, m_work;
    bool m_wanted = false;
};

QString lockNote(
    const LockPrice& price);  ///< beside a closed padlock, of perplexity: "lock ≈ +0.021"; "" where nothing is known
QString lockFigures(const LockPrice& price);  ///< "≈ 12.3 K parameters, 49 KB; perplexity ≈ 4.61 → 4.65"
QString lockWords(const LockPrice& price);    ///< the same in sentences, with what it holds back

}  // namespace lorashear::ui
