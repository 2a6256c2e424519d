#include "ui/widgets/agreement_note.h"

#include "ui/controller/session.h"
#include "ui/controller/standing.h"
#include "ui/widgets/pieces.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace lorashear::ui {

AgreementNote::AgreementNote(Session& session, const QString& objectName, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_words(makeWarning({}, this)),
      m_switch(makeButton(objectName + QStringLiteral("_switch"), tr("Respect the analysis"),
                          tr("What the analysis marks stays whole, and blocks may differ; can be undone"), this)) {
    setObjectName(objectName);
    m_words->setObjectName(objectName + QStringLiteral("_words"));
    m_switch->setProperty("compact", true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_words, 1);
    row->addWidget(m_switch, 0, Qt::AlignTop);
    connect(m_switch, &QPushButton::clicked, this, [this] {
        m_session.edit(tr("respect the analysis"), [](Recipe& recipe) {
            recipe.plan.useKnowledge = true;
            recipe.plan.uniform = false;
        });
    });
    for (auto signal : {&Session::planChanged, &Session::knowledgeChanged})
        connect(&session, signal, this, &AgreementNote::refresh);
    refresh();
}

void AgreementNote::refresh() {
    m_words->setText(whereTheyDisagree(m_session));
    setVisible(!m_words->text().isEmpty());
}

}  // namespace lorashear::ui
