#pragma once

#include <QWidget>

class QBoxLayout;

namespace lorashear::ui {

/// Two parts beside each other where both have room, else the second below the first.
class OneOrTwoRows : public QWidget {
    Q_OBJECT
public:
    OneOrTwoRows(QWidget* first, QWidget* second, QWidget* parent);
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;

private:
    void arrange();

    QWidget *m_first, *m_second;
    QBoxLayout* m_both;
};

}  // namespace lorashear::ui
